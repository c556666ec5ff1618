#!/usr/bin/env node
// Runs the bundle with the machine code that V8 made of it in an earlier run. The cache is of one bundle and one V8: with any other, or
// without one that can be read, the bundle is compiled anew, and the cache written if that can be done.
const fs = require("node:fs");
const v8 = require("node:v8");
const { Script } = require("node:vm");

const dir = `${__dirname}/DIR`;
const filename = `${dir}/BUNDLE.cjs`;
// Those who use a compiler have use for more of the bundle than others.
const kind = [...process.argv.slice(2), ...(process.env.EMU ?? "").split(" ")].some((a) => /^(-c[1-9]|--jit)/.test(a)) ? "-jit" : "";
const cache = `${dir}/BUNDLE-HASH-${process.versions.v8}-${process.arch}${kind}.cache`;

function read(name) {
	try {
		return fs.readFileSync(name);
	} catch {
		return undefined;
	}
}

const source = fs.readFileSync(filename, "latin1");
const cachedData = read(cache);
const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
	filename,
	cachedData,
});
const program = { exports: {}, bundle: "HASH" };
if (cachedData !== undefined && !script.cachedDataRejected) {
	program.flags = v8.setFlagsFromString;
	// V8 would at once begin to optimise, on the processor that a short program needs.
	v8.setFlagsFromString("--no-opt");
	setTimeout(() => v8.setFlagsFromString("--opt"), 50).unref();
} else {
	// With V8's flags as they are at the start: it refuses a cache that was made under others, even if they have been set back.
	process.on("exit", () => {
		if (!program.exports.ran) return;
		const own = `${cache}.${process.pid}`;
		try {
			program.exports.practise?.();
			fs.writeFileSync(own, script.createCachedData());
			fs.renameSync(own, cache);
		} catch {
			// a directory that is not ours, say: no cache
		}
	});
}
script.runInThisContext()(program.exports, require, program, filename, __dirname);
