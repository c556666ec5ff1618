/*
 * A plugin for qemu's user mode: counts the instructions executed, for each 64 KiB of addresses, and writes the counts where the argument
 * out= says. Facts of the interface: qemu's include/qemu/qemu-plugin.h, version 1.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint64_t Id;
typedef struct Tb Tb;

extern void qemu_plugin_register_vcpu_tb_trans_cb(Id, void (*)(Id, Tb *));
extern void qemu_plugin_register_vcpu_tb_exec_inline(Tb *, int add, void *counter, uint64_t n);
extern void qemu_plugin_register_atexit_cb(Id, void (*)(Id, void *), void *);
extern size_t qemu_plugin_tb_n_insns(const Tb *);
extern uint64_t qemu_plugin_tb_vaddr(const Tb *);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { Buckets = 1 << 16, Shift = 16, Add = 0 };

static struct {
	uint64_t at, count;
} buckets[Buckets];

static const char *out = "/dev/stderr";

static uint64_t *
counter(uint64_t at)
{
	uint64_t k = (at * 0x9e3779b97f4a7c15ull) >> 48;

	while (buckets[k].at != 0 && buckets[k].at != at)
		k = (k + 1) % Buckets;
	buckets[k].at = at;
	return &buckets[k].count;
}

static void
translated(Id id, Tb *tb)
{
	uint64_t at = qemu_plugin_tb_vaddr(tb) >> Shift;

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, Add, counter(at), qemu_plugin_tb_n_insns(tb));
}

static void
end(Id id, void *nobody)
{
	FILE *f = fopen(out, "w");
	int k;

	(void)id;
	(void)nobody;
	if (f == NULL)
		return;
	for (k = 0; k < Buckets; k++)
		if (buckets[k].count != 0)
			fprintf(f, "%llu %llu\n", (unsigned long long)buckets[k].at << Shift, (unsigned long long)buckets[k].count);
	fclose(f);
}

__attribute__((visibility("default"))) int
qemu_plugin_install(Id id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc > 0 && strncmp(argv[0], "out=", 4) == 0)
		out = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, end, NULL);
	return 0;
}
