// SPDX-License-Identifier: GPL-3.0-or-later
// In the reader, whose address space is limited, `new` fails of what a file claims to need. The
// sanitizer's own ends the program instead, so the fuzz targets bring theirs.
#include <cstdlib>
#include <new>

static const std::size_t allocation_max = (std::size_t) 400 << 20;

static void *
allocate (std::size_t n) noexcept
{
  return n <= allocation_max ? std::malloc (n > 0 ? n : 1) : nullptr;
}

static void *
allocate_or_throw (std::size_t n)
{
  void *memory = allocate (n);

  if (memory == nullptr)
    throw std::bad_alloc ();
  return memory;
}

void *
operator new (std::size_t n)
{
  return allocate_or_throw (n);
}

void *
operator new[] (std::size_t n)
{
  return allocate_or_throw (n);
}

void *
operator new (std::size_t n, const std::nothrow_t &) noexcept
{
  return allocate (n);
}

void *
operator new[] (std::size_t n, const std::nothrow_t &) noexcept
{
  return allocate (n);
}

void
operator delete (void *memory) noexcept
{
  std::free (memory);
}

void
operator delete[] (void *memory) noexcept
{
  std::free (memory);
}

void
operator delete (void *memory, std::size_t) noexcept
{
  std::free (memory);
}

void
operator delete[] (void *memory, std::size_t) noexcept
{
  std::free (memory);
}

void
operator delete (void *memory, const std::nothrow_t &) noexcept
{
  std::free (memory);
}

void
operator delete[] (void *memory, const std::nothrow_t &) noexcept
{
  std::free (memory);
}
