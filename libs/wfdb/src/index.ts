export { annotationTypes, codeOf, descriptionOf, symbolOf, type AnnotationType } from './annotation-codes.js';
export {
  parseAnnotationFile,
  parseAnnotations,
  type Annotation,
  type AnnotationDefinition,
  type AnnotationFile,
} from './annotations.js';
export { encodeAnnotations, type EncodeAnnotationsOptions } from './encode-annotations.js';
export { encodeHeader, type WritableHeader } from './encode-header.js';
export { encodeRecord, type EncodedRecord, type EncodeOptions } from './encode-record.js';
export { WfdbError } from './errors.js';
export { bytesFor, sampleFormats, type SampleFormat } from './formats.js';
export { flacFormats } from './formats/flac.js';
export { parseHeader, type Header, type SegmentSpec, type SignalSpec } from './header.js';
export { invalidSample, type Samples } from './convert.js';
export type { ReadOptions } from './plan.js';
export {
  readAnnotationFile,
  readAnnotations,
  readChannels,
  readHeader,
  readRecord,
  type ChannelRecord,
  type RecordPlace,
} from './read.js';
export { decodeRecord, type Channel, type ChannelOptions, type RecordOptions, type WfdbRecord } from './record.js';
export { rhythmDescriptions, rhythmSpans, type RhythmSpan } from './rhythm.js';
export { writeAnnotations, writeRecord } from './write.js';
export { folderSource } from './sources/folder-source.js';
export { httpSource, type HttpOptions } from './sources/http-source.js';
export { memorySource } from './sources/memory-source.js';
export type { Source } from './sources/source.js';
