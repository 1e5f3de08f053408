export { languageOf, reportLanguages, type Language, type ReportLanguage } from './language.js';
export {
  fewPositives,
  type FactName,
  type FigureKind,
  type Interval,
  type ReportCalibration,
  type ReportClass,
  type ReportData,
  type ReportMistake,
  type ReportScore,
  type ReportSubgroups,
  type ReportThreshold,
} from './report-data.js';
export { reportHtml } from './report-html.js';
