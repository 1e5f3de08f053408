/** Languages that figures are written in. */
export type FigureLanguage = 'en' | 'pt-BR';

const en = {
  and: 'and',
  average: 'macro average',
  best: 'best epoch',
  codebookUsage: 'Use of the codebook',
  codes: 'codes',
  codesByUse: 'codes, most used first',
  confusion: 'Confusion matrix',
  correct: 'correct',
  diagonal: 'above the diagonal: probabilities too low; below: too high',
  epoch: 'epoch',
  evenUse: 'all alike',
  examples: 'examples',
  fewPositives: 'hollow: few positives, read with care',
  forest: 'Scores with intervals',
  fpr: '1 − specificity (false positive rate)',
  intervals: 'bars: 95% intervals (Wilson)',
  learningCurves: 'Learning curves',
  learningRate: 'learning rate',
  loss: 'loss',
  negatives: 'negatives',
  never: 'never used',
  noData: 'nothing to show',
  noNegatives: 'no negatives',
  noPositives: 'no positives',
  notDrawn: 'Not drawn, undefined',
  notShown: 'not shown',
  observed: 'observed share',
  others: 'others',
  overall: 'overall',
  perplexity: 'perplexity',
  positives: 'positives',
  precision: 'precision (positive predictive value)',
  precisionRecall: 'Precision and recall',
  predicted: 'predicted',
  prevalence: 'prevalence',
  probability: 'predicted probability',
  recall: 'recall (sensitivity)',
  reliability: 'Reliability',
  roc: 'ROC curves',
  rowShare: 'colour: share of the true class (row)',
  score: 'score',
  scoreHistogram: 'Scores of positives and negatives',
  share: 'share',
  shareOfGroup: 'each group as shares of its own size; beside the name: how many positives / negatives',
  threshold: 'threshold',
  tpr: 'sensitivity (true positive rate)',
  training: 'training',
  truth: 'truth',
  undefined: 'undefined',
  use: 'times used',
  used: 'used',
  validation: 'validation',
};

/** Every word that figures write themselves. */
export type FigureWords = Readonly<typeof en>;

const ptBR: FigureWords = {
  and: 'e',
  average: 'média macro',
  best: 'melhor época',
  codebookUsage: 'Uso do dicionário de códigos',
  codes: 'códigos',
  codesByUse: 'códigos, do mais usado ao menos usado',
  confusion: 'Matriz de confusão',
  correct: 'corretos',
  diagonal: 'acima da diagonal: probabilidades baixas demais; abaixo: altas demais',
  epoch: 'época',
  evenUse: 'todos iguais',
  examples: 'exemplos',
  fewPositives: 'vazado: poucos positivos, leia com cuidado',
  forest: 'Métricas com intervalos',
  fpr: '1 − especificidade (taxa de falsos positivos)',
  intervals: 'barras: intervalos de 95% (Wilson)',
  learningCurves: 'Curvas de aprendizado',
  learningRate: 'taxa de aprendizado',
  loss: 'perda',
  negatives: 'negativos',
  never: 'nunca usados',
  noData: 'nada a mostrar',
  noNegatives: 'sem negativos',
  noPositives: 'sem positivos',
  notDrawn: 'Não desenhadas, indefinidas',
  notShown: 'não mostrados',
  observed: 'proporção observada',
  others: 'outras',
  overall: 'geral',
  perplexity: 'perplexidade',
  positives: 'positivos',
  precision: 'precisão (valor preditivo positivo)',
  precisionRecall: 'Precisão e sensibilidade',
  predicted: 'predito',
  prevalence: 'prevalência',
  probability: 'probabilidade predita',
  recall: 'sensibilidade (recall)',
  reliability: 'Confiabilidade',
  roc: 'Curvas ROC',
  rowShare: 'cor: proporção da classe verdadeira (linha)',
  score: 'métrica',
  scoreHistogram: 'Escores de positivos e negativos',
  share: 'proporção',
  shareOfGroup: 'cada grupo em proporções do seu próprio tamanho; ao lado do nome: quantos positivos / negativos',
  threshold: 'limiar',
  tpr: 'sensibilidade (taxa de verdadeiros positivos)',
  training: 'treino',
  truth: 'verdade',
  undefined: 'indefinido',
  use: 'vezes usado',
  used: 'usados',
  validation: 'validação',
};

/** What a figure writes with: words, and numbers as the language has them. */
export interface Language {
  readonly words: FigureWords;
  /** A number with this many digits after the decimal sign (default 3); `–` for `null` and what is not finite. */
  number(value: number | null | undefined, digits?: number): string;
  /** A number with no more than three digits that count, for ticks. */
  short(value: number): string;
  /** A whole number, with separators of thousands. */
  count(value: number): string;
  /** A share as percent, without digits; `<1%` for less than half a percent that is not 0. */
  percent(share: number): string;
}

/** The words and numbers of a language, with words of your own in place of some. */
export function language(lang: FigureLanguage = 'en', words: Partial<FigureWords> = {}): Language {
  const whole = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
  return {
    words: { ...(lang === 'pt-BR' ? ptBR : en), ...words },
    number: (value, digits = 3) =>
      typeof value === 'number' && Number.isFinite(value)
        ? value.toLocaleString(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits })
        : '–',
    short: (value) => value.toLocaleString(lang, { maximumSignificantDigits: 3 }),
    count: (value) => whole.format(value),
    percent: (share) => (share > 0 && share < 0.005 ? '<1%' : `${whole.format(100 * share)}%`),
  };
}
