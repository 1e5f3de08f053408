// Loops of our own run on any CPU of the architecture, and are compiled once more for wider vectors, chosen as the addon loads.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define CARDIO_WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CARDIO_WIDE
#endif
