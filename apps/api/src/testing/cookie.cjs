// light-my-request requires this ES module, which Node can and Jest cannot: Node's own require gets it.
const { createRequire } = process.getBuiltinModule('node:module');
module.exports = createRequire(__filename)('cookie');
