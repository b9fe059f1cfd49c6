/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dicom_text.h"
#include "reader_verbs.h"

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmdata/dcrleerg.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpeg/djencode.h"
#include "dcmtk/dcmjpls/djdecode.h"
#include "dcmtk/dcmjpls/djencode.h"
/* Without this the linker drops dcmimage, and the encoders know no colour. */
#include "dcmtk/dcmimage/diregist.h"

#include <stdlib.h>

const char *
reader_dicom_preload (void)
{
  static gboolean done = FALSE;

  if (done)
    return NULL;
  try
    {
      /* A foreign dictionary would change the meaning of files that do not name their VRs. */
      unsetenv ("DCMDICTPATH");
      OFLog::configure (OFLogger::OFF_LOG_LEVEL);
      if (!dcmDataDict.isDictionaryLoaded ())
        return "The DICOM dictionary is missing.";
      /* Values are to be seen as they are. */
      dcmEnableAutomaticInputDataCorrection.set (OFFalse);
      /* Values of VR UN become what the dictionary knows them to be. */
      dcmEnableUnknownVRConversion.set (OFTrue);
      /* Colour stays as it was compressed: `hash` wants it so, and `frame` converts by itself. */
      DJDecoderRegistration::registerCodecs (EDC_never, EUC_never, EPC_colorByPixel);
      DJLSDecoderRegistration::registerCodecs (EJLSUC_never, EJLSPC_colorByPixel);
      DcmRLEDecoderRegistration::registerCodecs ();
      DJEncoderRegistration::registerCodecs ();
      DJLSEncoderRegistration::registerCodecs ();
      DcmRLEEncoderRegistration::registerCodecs ();
    }
  catch (...)
    {
      return "The DICOM library could not be started.";
    }
  const char *missing = reader_text_preload ();
  if (missing != NULL)
    return missing;
  done = TRUE;
  return NULL;
}
