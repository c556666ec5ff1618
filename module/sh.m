# The shell: what every command looks like, the shell as a library, and what a module of builtins provides.

Command: module
{
	PATH:	con "/dis/sh.dis";

	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Sh: module
{
	PATH:	con "/dis/sh.dis";

	initialise:	fn();
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
	system:	fn(drawctxt: ref Draw->Context, cmd: string): string;	# the exit status
	run:	fn(drawctxt: ref Draw->Context, argv: list of string): string;
	parse:	fn(s: string): (ref Cmd, string);	# (command, error)
	cmd2string:	fn(c: ref Cmd): string;

	list2stringlist:	fn(nl: list of ref Listnode): list of string;
	stringlist2list:	fn(sl: list of string): list of ref Listnode;
	quoted:	fn(val: list of ref Listnode, quoteblocks: int): string;

	# the shell is the first of its own modules of builtins
	initbuiltin:	fn(c: ref Context, sh: Sh): string;
	runbuiltin:	fn(c: ref Context, sh: Sh, cmd: list of ref Listnode, last: int): string;
	runsbuiltin:	fn(c: ref Context, sh: Sh, cmd: list of ref Listnode): list of ref Listnode;
	whatis:	fn(c: ref Sh->Context, sh: Sh, name: string, wtype: int): string;
	getself:	fn(): Shellbuiltin;

	# what commands run in; not to be shared between processes, see copy
	Context: adt {
		new:	fn(drawcontext: ref Draw->Context): ref Context;
		copy:	fn(c: self ref Context, copyenv: int): ref Context;
		run:	fn(c: self ref Context, args: list of ref Listnode, last: int): string;

		# variables
		get:	fn(c: self ref Context, name: string): list of ref Listnode;
		set, setlocal:	fn(c: self ref Context, name: string, val: list of ref Listnode);
		envlist:	fn(c: self ref Context): list of (string, list of ref Listnode);
		push, pop:	fn(c: self ref Context);

		# modules of builtins
		addmodule:	fn(c: self ref Context, name: string, mod: Shellbuiltin);
		addbuiltin, removebuiltin,
		addsbuiltin, removesbuiltin:	fn(c: self ref Context, name: string, mod: Shellbuiltin);

		fail:	fn(c: self ref Context, ename, msg: string);	# raises "fail:"+ename
		options:	fn(c: self ref Context): int;
		setoptions:	fn(c: self ref Context, flags, on: int): int;
		INTERACTIVE, VERBOSE, EXECPRINT, ERROREXIT:	con 1<<iota;

		env:	ref Environment;
		waitfd:	ref Sys->FD;	# on the wait file of the process that runs the context
		drawcontext:	ref Draw->Context;
		keepfds:	list of int;	# left open for commands besides 0, 1 and 2
	};

	Environment: adt {
		sbuiltins, builtins:	ref Builtins;
		bmods:	list of (string, Shellbuiltin);
		localenv:	ref Localenv;
	};
	Localenv: adt {
		vars:	array of list of ref Var;
		pushed:	ref Localenv;	# the enclosing scope
		flags:	int;
	};
	Var: adt {
		name:	string;
		val:	list of ref Listnode;
		flags:	int;

		CHANGED, NOEXPORT:	con 1<<iota;
	};
	Builtins: adt {
		ba:	array of (string, list of Shellbuiltin);	# sorted; the newest definition first
		n:	int;
	};

	# an element of a value: a word or a block of commands, or both where the word came from the block
	Listnode: adt {
		cmd:	ref Node;
		word:	string;
	};

	# the parsed form of commands
	Cmd:	type Node;
	Node: adt {
		ntype:	int;
		left, right:	ref Node;
		word:	string;
		redir:	ref Redir;
	};
	Redir: adt {
		rtype, fd1, fd2:	int;
	};

	n_BLOCK, n_VAR, n_BQ, n_BQ2, n_REDIR, n_DUP, n_LIST, n_SEQ, n_CONCAT, n_PIPE, n_ADJ,
	n_WORD, n_NOWAIT, n_SQUASH, n_COUNT, n_ASSIGN, n_LOCAL:	con iota;

	GLOB:	con 1;	# marks, in a word, the pattern character that follows
};

Shellbuiltin: module
{
	initbuiltin:	fn(c: ref Sh->Context, sh: Sh): string;
	runbuiltin:	fn(c: ref Sh->Context, sh: Sh, cmd: list of ref Sh->Listnode, last: int): string;
	runsbuiltin:	fn(c: ref Sh->Context, sh: Sh, cmd: list of ref Sh->Listnode): list of ref Sh->Listnode;
	# wtype: what to describe
	BUILTIN, SBUILTIN, OTHER:	con iota;
	whatis:	fn(c: ref Sh->Context, sh: Sh, name: string, wtype: int): string;
	getself:	fn(): Shellbuiltin;
};
