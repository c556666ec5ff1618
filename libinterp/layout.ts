/**
 * Where everything lies in the arena, the one memory that Dis code can see. All addresses are byte addresses, all words
 * are 32 bits. The runtime, the interpreter and the JIT back ends take every offset from here.
 */

// The first page holds nothing: a function that returns a value nobody gave a place for (REGRET is 0) writes there.

/** The nil pointer. */
export const H = -1;

// The register file of the running thread. FP, MP, M and PC hold while Dis code runs in any engine; an engine may keep
// them elsewhere but writes them back before it calls the runtime and before it stops.
export const R = 4096;
/** Index of the instruction to run next; while an operation of the runtime runs, of the instruction itself. */
export const R_PC = R;
/** Module data, frame, first free byte of the stack chunk, end of the chunk, the chunk, module link. */
export const R_MP = R + 4;
export const R_FP = R + 8;
export const R_SP = R + 12;
export const R_TS = R + 16;
export const R_EX = R + 20;
export const R_M = R + 24;
/** What is left of the time slice, counted down at backward jumps, calls and returns. */
export const R_IC = R + 28;
/** Not zero: the engine returns to the scheduler before the next instruction. One of the STOP_ reasons. */
export const R_STOP = R + 32;
/** Bytes of the heap in use, headers included. */
export const HEAP_USED = R + 36;
/** What native code has left for the runtime to free, chained through their counts: objects, and blocks that are none. */
export const R_DEAD = R + 40;
export const R_LOOSE = R + 44;
/** Words of the register file that belong to a thread and are saved with it: PC to M. */
export const NREGS = 7;

/** Where the interpreter puts immediate operands (s, m, d; 8 bytes each), so that every operand has an address. */
export const IMM_S = R + 48;
export const IMM_M = R + 56;
export const IMM_D = R + 64;

/** Reasons in R_STOP. */
export const STOP_NONE = 0;
/** The thread blocked, was released to wait for the outside, or gave up its slice. */
export const STOP_BLOCKED = 1;
/** The thread has ended: its state says how. */
export const STOP_ENDED = 2;
/** The thread has entered a module that another engine runs. */
export const STOP_SWITCH = 3;
/** The thread raises the exception in Sched.raised, at R_PC. */
export const STOP_RAISED = 5;
/** The interpreter has come to where a compiler has code. */
export const STOP_ENTER = 6;
/** The time slice is over. */
export const STOP_SLICE = 4;
/** Of a function only: the thread goes on, in whatever way, as soon as the host's stack has been given up. The next numbers are faults. */
export const STOP_AGAIN = 7;

/** Bytes of all stack chunks, and how many there may be before a compiler should give up the host's stack. */
export const STACK_BYTES = R + 72;
export const R_DEEP = R + 76;

/** A stack chunk that was given up and may be wanted again at once, or 0; not while no thread runs. */
export const R_SPARE = R + 92;

/** Addresses of types that compiled code makes objects of: strings, lists, arrays, and single pointers as elements. */
export const TYPE_STRING = R + 80;
export const TYPE_LIST = R + 84;
export const TYPE_PTR = R + 88;
export const TYPE_ARRAY = R + 96;

/** The running thread's record, or 0; the first and the last thread of the run queue, or 0. */
export const R_PROG = R + 100;
export const RUN_HEAD = R + 104;
export const RUN_TAIL = R + 108;
/** How often a back end may go on with another thread by itself before the scheduler wants to see to things. */
export const R_TURNS = R + 112;
/** State of the generator that picks among the communications of an alt that are ready. */
export const R_RANDOM = R + 116;

/** Heads of the free lists of small blocks, a word a size class; class c holds blocks of 16*c bytes. */
export const BINS = R + 128;
export const MAXSMALL = 512;

/** First block of the heap. */
export const HEAP_START = R + 512;

// A heap block: a header of four words before the address that pointers hold. Sizes are multiples of 16.
/** Size in bytes, header included, with flags in the low bits. */
export const B_SIZE = -16;
/** Size of the block just below, so that free neighbours can be joined. */
export const B_PREV = -12;
/** Reference count. In a free block of a list: not used. */
export const B_REF = -8;
/** Type descriptor; 0 in blocks that are no objects (stack chunks, type descriptors). */
export const B_TYPE = -4;
export const HEADER = 16;
/** No block is smaller, header included. */
export const LEAST = HEADER + 16;

export const F_FREE = 1; // in a list of large free blocks
export const F_BIN = 2; // in a list of small blocks
export const F_MARK = 4; // reached by the collector
export const F_FLAGS = 15;

// A type descriptor. The map has a bit for each word, the highest bit of the first byte for the first word.
export const T_REF = 0;
export const T_KIND = 4;
/** Size in bytes of what is described; arrays of it are spaced by this. */
export const T_SIZE = 8;
/** Bytes of map. */
export const T_NP = 12;
/** Address of an image of a fresh frame of this type (nil pointers, other words 0), or 0 when the type is too large for one. */
export const T_IMAGE = 16;
/** Words of the image: the size, rounded up to 8 bytes, over 4. Frames are spaced so. */
export const T_WORDS = 20;
export const T_MAP = 24;

/** Kinds of types: how an object is traversed and freed. */
export const K_PLAIN = 0;
export const K_STRING = 1;
export const K_ARRAY = 2;
export const K_LIST = 3;
export const K_CHAN = 4;
export const K_MODLINK = 5;
/** An adt without pointers that stands for something outside; the emulator is told when it is freed. */
export const K_HOST = 6;

// String: the characters are bytes if all are below 0x80, else 32-bit code points.
export const S_LEN = 0; // in characters
export const S_CAP = 4; // room for data in bytes, a multiple of 8; bit 0 set: the characters are wide
export const S_DATA = 8;
export const S_WIDE = 1;

// Array. A slice has the array that owns the data as its root.
export const A_LEN = 0;
export const A_TYPE = 4; // of the elements
export const A_ROOT = 8; // H, or the owner
export const A_DATA = 12; // address of the first element
export const A_SIZE = 16; // of this record; the data of an array that is no slice follows it

// List cell. The type is 0 where the data holds no pointers.
export const L_TAIL = 0;
export const L_TYPE = 4;
export const L_DATA = 8;

// Channel.
export const C_BUF = 0; // array of the buffered channel, or H
export const C_MOVER = 4; // one of the MOVE_ constants: what is carried
export const C_MID = 8; // its size (MOVE_M) or type (MOVE_MP)
export const C_FRONT = 12; // index in the buffer of the next item to be received
export const C_COUNT = 16; // items in the buffer
export const C_SENDERS = 20; // queues of those who wait: their first waiter, or 0
export const C_RECEIVERS = 24;
export const C_WATCHED = 28; // not 0: the emulator wants to know of its end
export const C_SIZE = 32;

export const MOVE_B = 0;
export const MOVE_W = 1;
export const MOVE_L = 2;
export const MOVE_F = 3;
export const MOVE_P = 4;
export const MOVE_M = 5;
export const MOVE_MP = 6;

// Module link: an instance of a module, with the functions it was linked for.
export const M_MP = 0; // module data, or H; Dis code reaches a module's variables by the first word of a link
export const M_MODULE = 4; // index of the module in the module table
export const M_NLINKS = 8;
export const M_ENGINE = 12; // number of the back end that runs it
export const M_CODE = 16; // the module's translation for the interpreter, or 0 where it has not run yet
export const M_ENTRIES = 20; // by instruction, where the compiler's code goes on there: the place in its table, or the code itself; 0 where there is none yet
export const M_LINKS = 24;
// One link: where the function starts (or, in a builtin module, its number), and the type of its frame.
export const LINK_PC = 0;
export const LINK_TYPE = 4;
export const LINK_CODE = 8; // what a compiler calls it by, or 0
export const LINK_SIZE = 12;

// Stack chunk: where to go back to when its first frame returns, then frames up to R_SP.
export const X_EX = 0; // the chunk below, or 0
export const X_SP = 4; // its R_SP
export const X_TS = 8; // and its end
export const X_COUNT = 12; // how often it was begun
export const X_FRAMES = 16;

// Somebody who waits to send or receive on a channel. The waiters of a queue are a ring, in order of arrival.
export const W_NEXT = 0;
export const W_PREV = 4;
export const W_QUEUE = 8; // where the first of its queue is kept, in the channel; 0 when it waits no more
export const W_PROG = 12; // the thread; 0 for the emulator
export const W_AT = 16; // address of the item to send, or of the place for the one received
export const W_CHOICE = 20; // what alt answers, or -1 for a plain send or receive
export const W_ELEMENT = 24; // in an alt over an array of channels: the index in the array, or -1
export const W_INDEX = 28; // and where it is stored
export const W_SIZE = 32;

// Record of a thread. Its registers are here while it does not run, in the register file while it does.
export const P_REGS = 0; // NREGS words, PC to M
export const P_STATE = 28; // index in STATES of prog.ts
export const P_LINK = 32; // next in the run queue, or 0
export const P_ATTEND = 36; // not 0: something is to be done before it runs on, which the scheduler knows
export const P_PID = 40;
export const P_ALTS = 44; // the waiters for its alts, side by side; room for P_NALTS, of which P_INALT are in use
export const P_NALTS = 48;
export const P_INALT = 52;
export const P_ALTTO = 56; // where alt stores the index of the choice
export const P_WAITER = 60; // the one for its sends and receives
export const P_SIZE = P_WAITER + W_SIZE;

// Alt table, built by the compiler in a frame: numbers of sends and receives, then a pair of words for each.
export const ALT_NSEND = 0;
export const ALT_NRECV = 4;
export const ALT_ENTRIES = 8;
export const ALT_CHAN = 0;
export const ALT_PTR = 4;
export const ALT_SIZE = 8;
