export { codeOf, symbolOf } from './annotation-codes.js';
export { parseAnnotations, type Annotation } from './annotations.js';
export { encodeAnnotations } from './encode-annotations.js';
export { encodeRecord, type EncodedRecord, type EncodeOptions } from './encode-record.js';
export { WfdbError } from './errors.js';
export { readAnnotations, readHeader, readRecord, writeAnnotations, writeRecord } from './files.js';
export { bytesFor, sampleFormats, type SampleFormat } from './formats.js';
export { parseHeader, type Header, type SignalSpec } from './header.js';
export { decodeRecord, type ReadOptions, type WfdbRecord } from './record.js';
