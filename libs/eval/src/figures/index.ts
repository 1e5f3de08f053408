export { ecgPaper, type EcgMark, type EcgPaperOptions } from './ecg-paper.js';
