import { readFileSync } from 'node:fs';

/**
 * Whether bfloat16 is worth it on this CPU.
 *
 * @returns undefined if so, else one line that says what is lacking
 */
export function lowPrecisionSupport(cpuInfo = readCpuInfo()): string | undefined {
  if (/\b(avx512_bf16|amx_bf16|bf16)\b/.test(cpuInfo)) return undefined;
  return 'This CPU has no bfloat16 instructions (avx512_bf16, amx_bf16 or arm bf16); the torch engine goes on in float32.';
}

function readCpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return ''; // not Linux
  }
}
