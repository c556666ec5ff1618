/**
 * Compiles the sources of InferNode, a 64-bit Inferno with much of its own, and runs its tests. They have to pass, but for those that need
 * what there is only in InferNode, or is not in this emulator yet.
 *
 *   INFERNODE=dir   the tree; only a copy of it is written to
 *   ONLY=regexp     tests whose name matches
 *   OPTIONS=-c1     options for o.emu
 *   SHOW=1          shows what tests print
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { compile } from "../../limbo/compile.ts";
import { filesBelow, read } from "./files.ts";

const SECONDS = 60;

/** Some leave threads behind that wait for ever: when they have told their result, they may go on for as many ms. */
const GRACE = 1000;

/** What tests need that is not here. */
const reasons: Readonly<Record<string, readonly string[]>> = {
	"ints of 64 bits": ["jit_test", "spawn_schedule_test"],
	"functions of $Keyring that only InferNode has": [
		..."crypto_test ethcrypto_test keyring_test mldsa_stress_test mldsa_test mlkem_stress_test mlkem_test".split(" "),
		..."pqauth_test pqc_fuzz_test secp256k1_test sha3_test slhdsa_test tls_crypto_test tls_live_test".split(" "),
		..."tls_pq_test tls_protocol_test tool_schema_test wallet9p_test wallet_capability_test x402_test".split(" "),
		"x509_test",
	],
	"keys and ciphers, which are not in $Keyring yet": [
		..."auditprov_test auditsign_test auditverify_test authneg_test cipher_matrix_test concurrent_auth_test".split(" "),
		..."crypto_props_test dos_stall_test ethrpc_conv_test handshake_fuzz_test interrupt_test secstore_crypto_test".split(
			" ",
		),
		..."ssl_transport_test twofaslot_test".split(" "),
	],
	"9P, which is not in this emulator yet": ["9p_export_test", "cowfs_test", "luciuisrv_test", "matrix_test"],
	"$Draw or $Tk, which are not in this emulator yet": ["alpha_test", "render_registry_test", "sdl3_test", "tk_test"],
	"devices that only InferNode has": ["gpu_test", "opus_test"],
	"a service that a script starts before it": [
		..."factotum_grant_test mail_provision_test msg_approval_test msg_capability_test msg_inject_test".split(" "),
		..."msg_notification_escape_test msg_register_test msg_triage_test pres_launch_test veltro_test".split(" "),
		"wallet_policy_test",
	],
	"a file as InferNode's compiler makes it": ["xenith_exit_test"],
	"a file that says something else": ["veltro_cc_alignment_test"],
};

const needs = new Map(Object.entries(reasons).flatMap(([why, names]) => names.map((name) => [name, why])));

/** What programs of the tree look for. */
const copied = ["fonts/combined", "lib", "locale", "man", "mnt", "module", "services", "tests"];
const made = ["chan", "dev", "env", "fd", "keydb", "n", "net", "nvfs", "prog", "tmp", "usr/inferno"];

/** Where the object files of a source are looked for: its directory's mkfile has one place. */
function placesOf(tree: string, source: string, directories: Map<string, string | undefined>): string[] {
	const object = `${basename(source, ".b")}.dis`;
	const path = relative(tree, dirname(source)).replace(/^appl\/cmd|^appl/, "dis");
	const dir = dirname(source);
	if (!directories.has(dir)) {
		directories.set(dir, /^DISBIN\s*=\s*\$ROOT\/(\S+)/m.exec(read(join(dir, "mkfile")) ?? "")?.[1]);
	}
	const installed = directories.get(dir);
	const places = [path, ...(installed === undefined ? [] : [installed])];
	// A program with a directory of its own is beside that.
	if (basename(path) === basename(source, ".b")) places.push(dirname(path));
	return [...new Set(places)].map((place) => join(place, object));
}

/** A root with the tree's files and its programs, compiled. */
function build(tree: string): string {
	const root = mkdtempSync(join(tmpdir(), "infernode-"));
	for (const dir of copied)
		if (existsSync(join(tree, dir))) cpSync(join(tree, dir), join(root, dir), { recursive: true });
	for (const dir of made) mkdirSync(join(root, dir), { recursive: true });
	const directories = new Map<string, string | undefined>();
	const sources = ["appl", "tests", "benchmarks/limbo"].flatMap((dir) => filesBelow(join(tree, dir), ".b"));
	let refused = 0;
	for (const source of sources) {
		const { object, diagnostics } = compile(source, read, { include: [join(tree, "module")] });
		if (object === undefined) {
			refused++;
			if (!source.startsWith(join(tree, "appl"))) {
				process.stdout.write(`${relative(tree, source)}: refused: ${diagnostics[0]?.message}\n`);
			}
			continue;
		}
		for (const place of placesOf(tree, source, directories)) {
			mkdirSync(join(root, dirname(place)), { recursive: true });
			writeFileSync(join(root, place), object);
		}
	}
	process.stdout.write(`${sources.length - refused} of ${sources.length} sources compiled\n`);
	return root;
}

/** What the test framework prints last. */
const summary = /^(\d+) passed(?:, (\d+) failed)?(?:, (\d+) skipped)?$/m;

function run(root: string, object: string): Promise<string> {
	const options = process.env.OPTIONS?.split(" ") ?? [];
	const args = [resolve("o.emu"), ...options, `-r${root}`, `/${relative(root, object)}`];
	return new Promise((done) => {
		const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
		let out = "";
		let ending: NodeJS.Timeout | undefined;
		const more = (bytes: Buffer): void => {
			out += bytes.toString("utf8");
			if (summary.test(out)) ending ??= setTimeout(() => child.kill("SIGKILL"), GRACE);
		};
		child.stdout.on("data", more);
		child.stderr.on("data", more);
		const late = setTimeout(() => child.kill("SIGKILL"), SECONDS * 1000);
		child.on("close", () => {
			clearTimeout(late);
			clearTimeout(ending);
			done(out);
		});
	});
}

type Outcome = "passed" | "skipped" | "failed";

function judge(out: string): Outcome {
	if (/\bFAIL\b|Broken: |a fault of the emulator/.test(out)) return "failed";
	const told = summary.exec(out);
	if (told === null) return /\bPASS\b/.test(out) ? "passed" : "failed";
	return Number(told[1]) > 0 ? "passed" : "skipped";
}

async function main(): Promise<number> {
	const { INFERNODE, ONLY, SHOW } = process.env;
	if (INFERNODE === undefined) {
		process.stdout.write("infernode: INFERNODE is not set\n");
		return 0;
	}
	const tree = resolve(INFERNODE);
	const root = build(tree);
	const counts: Record<Outcome, number> = { passed: 0, skipped: 0, failed: 0 };
	let wrong = 0;
	const only = new RegExp(ONLY ?? ".");
	for (const test of filesBelow(join(root, "tests"), "_test.dis")) {
		const name = basename(test, ".dis");
		if (!only.test(name)) continue;
		const out = await run(root, test);
		const outcome = judge(out);
		counts[outcome]++;
		const why = needs.get(name);
		if (outcome === "failed" && why === undefined) wrong++;
		if (SHOW) process.stdout.write(`% ${name}\n${out}\n`);
		if (outcome === "failed") process.stdout.write(`${name}: failed${why === undefined ? "" : `: needs ${why}`}\n`);
		else if (why !== undefined) process.stdout.write(`${name}: ${outcome}, though it needs ${why}\n`);
	}
	rmSync(root, { recursive: true, force: true });
	process.stdout.write(
		`${counts.passed} tests passed, ${counts.skipped} skipped all that they have, ${counts.failed} failed, ${wrong} of them for no known reason\n`,
	);
	return wrong === 0 ? 0 : 1;
}

main().then((status) => {
	process.exitCode = status;
});
