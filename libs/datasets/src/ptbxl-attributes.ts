import type { RecordAttributes } from './dataset.js';

const noise = ['baseline_drift', 'static_noise', 'burst_noise', 'electrodes_problems'] as const;

/** The columns of `ptbxl_database.csv` that {@link ptbxlAttributes} reads; a set in this layout may lack them. */
export const attributeColumns = ['age', 'sex', 'site', 'device', ...noise] as const;

/**
 * What PTB-XL knows of a record and its patient: sex is 0 for male and 1 for female, the age of those above 89 is written as 300, and quality is
 * noisy where any of the four columns on noise, drift and electrodes names leads (Wagner et al., Scientific Data 7:154, 2020).
 */
export function ptbxlAttributes(row: Partial<Record<(typeof attributeColumns)[number], string>>): RecordAttributes {
  const age = row.age ? Number(row.age) : NaN;
  const sex = ({ '0': 'male', '1': 'female' } as const)[(row.sex ?? '').replace(/\.0$/, '')];
  const site = row.site?.replace(/\.0$/, '');
  const device = row.device?.trim().replace(/ +/g, ' ');
  const told = noise.some((column) => row[column] !== undefined);
  return {
    ...(sex && { sex }),
    ...(age >= 0 && { ageYears: age === 300 ? 90 : age }),
    ...(site && { site }),
    ...(device && { device }),
    ...(told && { quality: noise.some((column) => row[column]?.trim()) ? 'noisy' : 'clean' }),
  };
}
