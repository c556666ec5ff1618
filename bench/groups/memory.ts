/** What an idle shell holds in memory above an idle Node. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { progress } from "../setting.ts";
import { judged, table } from "../table.ts";
import { emulator } from "../ways.ts";

const LIMIT = 30;

/** Megabytes resident once a process has been idle for some time. It waits for input on a pipe that stays open. */
async function resident([program, ...args]: readonly [string, ...string[]]): Promise<number> {
	const child = spawn(program, args, { stdio: ["pipe", "ignore", "ignore"] });
	await new Promise((done) => setTimeout(done, 3000));
	const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
	child.kill();
	return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Nothing where there is no /proc. */
export async function memory(): Promise<string> {
	if (process.platform !== "linux") return "";
	progress("memory");
	const node = await resident([process.execPath, "-e", "process.stdin.resume()"]);
	const rows = [["node", node.toFixed(0), ""]];
	const notes: string[] = [];
	for (const level of ["-c0", "-c1"]) {
		const shell = await resident(emulator(level, "dis/sh.dis"));
		rows.push([`a shell, ${level}`, shell.toFixed(0), (shell - node).toFixed(0)]);
		notes.push(judged(`${level}: MB above node`, shell - node, LIMIT));
	}
	progress("");
	return table("Memory of an idle shell", [["MB", "", "above node"], ...rows], notes);
}
