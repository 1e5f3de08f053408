// Jest runs specs in a realm of their own, whose `Float32Array` is not the one of which ONNX Runtime's addon makes its results, so its
// `Tensor` refuses them ("data must be type of function Float32Array"). `ArrayBuffer` is Node's own there, and leads to the rest.
const node = ArrayBuffer.constructor('return globalThis')();
for (const name of ['Float32Array', 'Float64Array', 'Int32Array', 'BigInt64Array']) globalThis[name] = node[name];
