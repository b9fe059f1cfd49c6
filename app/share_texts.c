/* SPDX-License-Identifier: GPL-3.0-or-later */
/* README.TXT and INDEX.HTM of a medium, as IHE RAD PDI (RAD TF-2 4.47) asks: what it is, how it is
 * read, that nothing on it starts by itself. */
#include "share_private.h"

static const char *
whose (const ScanSharePlan *plan)
{
  return plan->profile == SCAN_PROFILE_NAMED
             ? "These copies carry the patient's name."
             : "The patient's name and numbers were replaced in these copies.";
}

char *
scan_share_readme (const ScanSharePlan *plan)
{
  return g_strdup_printf (
      "MEDICAL SCANS IN DICOM FORMAT\n\n"
      "%s\n\n"
      "What is here\n\n"
      "  DICOMDIR     the list of the scans, for DICOM viewers and hospital systems\n"
      "  DICOM        the scans\n"
      "  REPORT.TXT   for a doctor: what this is, what was removed, how to open it\n"
      "  PATIENT.TXT  for the patient: what was checked, what could not be, and the risks\n"
      "  INDEX.HTM    this page for a web browser\n\n"
      "How to open it\n\n"
      "  Start a DICOM viewer of yours and open DICOMDIR or the folder DICOM. There is\n"
      "  no program on this medium, and nothing starts by itself.\n\n"
      "Made by the patient with Scan Vault. The hospital that made the scans has not\n"
      "seen this copy and does not answer for it.\n",
      whose (plan));
}

char *
scan_share_index (const ScanSharePlan *plan)
{
  return g_strdup_printf (
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" "
      "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">\n"
      "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n"
      "<head><title>Medical scans</title></head>\n"
      "<body>\n"
      "<h1>Medical scans in DICOM format</h1>\n"
      "<p>%s</p>\n"
      "<ul>\n"
      "<li><a href=\"README.TXT\">README.TXT</a>: what is here and how to open it</li>\n"
      "<li><a href=\"REPORT.TXT\">REPORT.TXT</a>: for a doctor</li>\n"
      "<li><a href=\"PATIENT.TXT\">PATIENT.TXT</a>: for the patient</li>\n"
      "</ul>\n"
      "<p>The scans are in the folder DICOM; DICOMDIR lists them for a DICOM viewer. There is no "
      "program on this medium.</p>\n"
      "</body>\n</html>\n",
      whose (plan));
}
