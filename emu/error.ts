/** An error of the kernel, as %r shows it. Carries no JavaScript stack: a failed open is an ordinary event. */
export class KernelError {
	readonly reason: string;
	constructor(reason: string) {
		this.reason = reason;
	}
}

/** The error strings, each once. Source: Inferno's emu/port/error.h and include/kernel.h. */
export const Enonexist = new KernelError("file does not exist");
export const Eexist = new KernelError("file already exists");
export const Eperm = new KernelError("permission denied");
export const Enotdir = new KernelError("not a directory");
export const Eisdir = new KernelError("file is a directory");
export const Enodev = new KernelError("no free devices");
export const Ebadarg = new KernelError("bad arg in system call");
export const Ebadfd = new KernelError("fd out of range or not open");
export const Enofd = new KernelError("no free file descriptors");
export const Ebadusefd = new KernelError("inappropriate use of fd");
export const Enocreate = new KernelError("mounted directory forbids creation");
export const Ebadspec = new KernelError("unknown device in # filename");
export const Emount = new KernelError("inconsistent mount");
export const Eunion = new KernelError("not in union");
export const Eunmount = new KernelError("not mounted");
export const Enoattach = new KernelError("mount/attach disallowed");
export const Eintr = new KernelError("interrupted");
export const Ehungup = new KernelError("i/o on hungup channel");
export const Eio = new KernelError("i/o error");
export const Ebadctl = new KernelError("bad process or channel control request");
export const Ethread = new KernelError("thread exited");
export const Enoenv = new KernelError("no such environment variable");
export const Eshort = new KernelError("short read or write");
export const Einuse = new KernelError("device or object already in use");
export const Etoobig = new KernelError("read or write too large");
export const Enegoff = new KernelError("negative i/o offset");
export const Ebadsharp = Ebadspec;
/** An exception in whoever writes; an error like any other for the kernel's own writes. */
export const Eclosedpipe = new KernelError("write on closed pipe");
export const Eisstream = new KernelError("seek on a stream");
export const Eemptyname = new KernelError("empty file name");
export const Ebadattach = new KernelError("bad attach specifier");
export const Enospace = new KernelError("file system full");
export const Ebadname = new KernelError("bad character in file name");

/** The text of whatever was thrown in the kernel's code. */
export function reasonOf(e: unknown): string {
	if (e instanceof KernelError) return e.reason;
	return e instanceof Error ? e.message : String(e);
}
