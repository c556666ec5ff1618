Workdir: module
{
	PATH:	con "/dis/lib/workdir.dis";

	init:	fn(): string;	# the name of the current directory
};
