import { A_DATA, A_LEN, H, MOVE_MP } from "../libinterp/layout.ts";
import type { Vm } from "../libinterp/vm.ts";
import { type Awaitable, type Chan, then, type Waiter } from "./dev.ts";
import type { SrvFile } from "./devsrv.ts";
import { Ehungup, Eintr, KernelError } from "./error.ts";
import type { Kernel } from "./kernel.ts";
import type { Value } from "./marshal.ts";
import { cclose, type Osenv } from "./pgrp.ts";

const map = (...bits: number[]): Uint8Array => Uint8Array.from(bits);

/**
 * Serves file `file` in directory `dir`, which must be a place where #s is bound, through a pair of channels. The result is the ref FileIO.
 * A request is a tuple sent on one of them, with a channel for the answer; nil for that says that the file was closed. When the program has dropped
 * the channels the file is gone.
 */
export function serveFile(vm: Vm, kernel: Kernel, env: Osenv, dir: string, file: string): Awaitable<Value> {
	return then(
		kernel.names.resolve(env, dir),
		(c): Value =>
			() => {
				try {
					return serve(vm, kernel, c, file);
				} finally {
					cclose(c);
				}
			},
	);
}

function serve(vm: Vm, kernel: Kernel, dir: Chan, name: string): number {
	const { heap, chans } = vm;
	const { types } = heap;
	// (offset, count, fid, reply) and (offset, data, fid, reply); replies (data, error) and (count, error).
	const requestR = types.make(16, map(0x10));
	const requestW = types.make(16, map(0x50));
	const replyR = types.make(8, map(0xc0));
	const replyW = types.make(8, map(0x40));
	const io = types.make(8, map(0xc0));
	const read = heap.chan(MOVE_MP, requestR, requestR, 0);
	const write = heap.chan(MOVE_MP, requestW, requestW, 0);
	const { i32 } = heap.arena;
	let gone = 0;

	/** Sends a request; resolves when a thread has taken it. */
	const send = (channel: number, fill: (at: number) => void, wait: Waiter): Promise<void> =>
		new Promise((resolve, reject) => {
			if (gone > 0) {
				reject(Ehungup);
				return;
			}
			pending.add(reject);
			const undo = chans.hostSend(channel, (at) => {
				pending.delete(reject);
				fill(at);
				resolve();
			});
			wait.onAbort(() => {
				pending.delete(reject);
				undo();
				reject(Eintr);
			});
		});

	const pending = new Set<(reason: unknown) => void>();

	/** A channel for the answer, and the answer when it comes. The request owns one reference, the other is ours. */
	const reply = <T>(type: number, take: (at: number) => T, wait: Waiter): { channel: number; answer: Promise<T> } => {
		const channel = heap.chan(MOVE_MP, type, type, 0);
		heap.retain(channel);
		const answer = new Promise<T>((resolve, reject) => {
			const done = () => {
				pending.delete(fail);
				heap.release(channel);
			};
			const fail = (reason: unknown) => {
				undo();
				done();
				reject(reason);
			};
			const undo = chans.hostRecv(channel, (at) => {
				const error = vm.strings.text(i32[(at + 4) >>> 2] as number);
				if (error !== "") reject(new KernelError(error));
				else resolve(take(at));
				done();
			});
			pending.add(fail);
			wait.onAbort(() => fail(Eintr));
		});
		answer.catch(() => {});
		return { channel, answer };
	};

	const set = (at: number, words: readonly number[], channel: number, type: number) => {
		heap.releaseAll(type, at);
		words.forEach((w, k) => {
			i32[(at >>> 2) + k] = w;
		});
		i32[(at >>> 2) + 3] = channel;
	};

	const bytesAt = (a: number): Uint8Array => {
		if (a === H) return new Uint8Array(0);
		const data = (i32[(a + A_DATA) >>> 2] as number) >>> 0;
		return heap.arena.u8.slice(data, data + (i32[(a + A_LEN) >>> 2] as number));
	};

	const served: SrvFile = {
		async read(fid, offset, n, wait) {
			const { channel, answer } = reply(replyR, (at) => bytesAt(i32[at >>> 2] as number), wait);
			await send(read, (at) => set(at, [offset, n, fid], channel, requestR), wait);
			return (await answer).subarray(0, n);
		},
		async write(fid, offset, bytes, wait) {
			const copy = bytes.slice();
			const { channel, answer } = reply(replyW, (at) => i32[at >>> 2] as number, wait);
			const fill = (at: number) => {
				const a = heap.array(types.byte, copy.length);
				heap.arena.u8.set(copy, (i32[(a + A_DATA) >>> 2] as number) >>> 0);
				set(at, [offset, a, fid], channel, requestW);
			};
			await send(write, fill, wait);
			return await answer;
		},
		clunk(fid, wasRead, wasWritten) {
			const quiet: Waiter = { onAbort() {} };
			if (wasRead) send(read, (at) => set(at, [0, 0, fid], H, requestR), quiet).catch(() => {});
			if (wasWritten) send(write, (at) => set(at, [0, H, fid], H, requestW), quiet).catch(() => {});
		},
	};
	const remove = kernel.srv.add(dir, name, served);
	const closed = () => {
		if (++gone > 1) return;
		remove();
		for (const fail of [...pending]) fail(Ehungup);
		pending.clear();
	};
	chans.watch(read, closed);
	chans.watch(write, closed);
	const fileIO = heap.record(io);
	i32[fileIO >>> 2] = read;
	i32[(fileIO + 4) >>> 2] = write;
	for (const t of [requestR, requestW, io]) types.release(t);
	return fileIO;
}
