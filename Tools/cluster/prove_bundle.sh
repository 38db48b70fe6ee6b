#!/bin/sh
# The bundle in a bare Debian: doctor and a short demo run by chroot, without our packages; the
# archive is the same each time; and kernels of other processors, where qemu-user is installed.
# usage: prove_bundle.sh PROGRAM ARCHIVE.tar.gz
# Needs root and debootstrap.
set -eu
program=${1:?usage: prove_bundle.sh PROGRAM ARCHIVE.tar.gz}
archive=${2:?usage: prove_bundle.sh PROGRAM ARCHIVE.tar.gz}
tools=$(dirname "$0")
command -v debootstrap >/dev/null || {
  echo "prove_bundle.sh: debootstrap is missing; apt-get install debootstrap" >&2; exit 1; }
work=$(mktemp -d)
root=$work/root
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$work"' EXIT
fail() { echo "prove_bundle.sh: $*" >&2; exit 1; }

"$tools/bundle.sh" "$program" "$work/again.tar.gz"
cmp "$archive" "$work/again.tar.gz" || fail "a second bundle has other bytes"
echo "a second bundle has the same bytes"

# BARE is a folder with a bare root that is there already.
if [ -n "${BARE:-}" ]; then
  cp -a "$BARE" "$root"
else
  debootstrap --variant=minbase "${SUITE:-bookworm}" "$root" \
    "${MIRROR:-http://deb.debian.org/debian}" > "$work/debootstrap.log" 2>&1 ||
    { tail -n 5 "$work/debootstrap.log" >&2; fail "debootstrap failed"; }
fi
mkdir -p "$root/home/user" "$root/proc"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
[ -c "$root/dev/null" ] || mknod -m 666 "$root/dev/null" c 1 3
tar -C "$root/home/user" -xzf "$archive"
chown -R 1000:1000 "$root/home/user"

# As a user without rights, with nothing of this machine's environment.
inside() {
  chroot --userspec=1000:1000 "$root" /usr/bin/env -i HOME=/home/user PATH=/usr/bin:/bin \
    /bin/sh -c "cd /home/user && $1"
}
inside 'ls /usr/lib/x86_64-linux-gnu | grep -E "hdf5|openblas|dnnl|swift"' &&
  fail "the root has our libraries"
inside './plumbline/plumbline doctor' || fail "doctor found a problem"
inside './plumbline/plumbline demo --quiet --config plumbline/configs/demo.yaml \
  --set train.epochs=1 --set align.epochs=1 --set threads=1' > "$work/demo.txt" ||
  fail "demo failed"
cat "$work/demo.txt"
# The same run with the program that was not bundled: same numbers.
config=$(cd "$tools/../.." && pwd)/configs/demo.yaml
(cd "$work" && "$program" demo --quiet --config "$config" --set train.epochs=1 \
  --set align.epochs=1 --set threads=1) > "$work/here.txt"
cmp "$work/demo.txt" "$work/here.txt" || fail "the demo's table differs from that outside"
echo "the demo's table is that of the program outside, to the letter"

# Processors without AVX, and without AVX-512. With GOMP_SPINCOUNT the program does not execute
# itself again, which would leave the emulator.
if command -v qemu-x86_64 >/dev/null; then
  for processor in Nehalem Haswell; do
    GOMP_SPINCOUNT=2000 qemu-x86_64 -cpu "$processor" \
      "$root/home/user/plumbline/bin/plumbline" doctor --folder "$work" > "$work/qemu.txt" 2> "$work/qemu.log" ||
      { cat "$work/qemu.txt" "$work/qemu.log" >&2; fail "doctor fails on a $processor"; }
    echo "on a $processor:"
    grep -E 'oneDNN|OpenBLAS|gradient' "$work/qemu.txt"
  done
else
  echo "no qemu-x86_64: other processors were not tried (Debian: qemu-user)"
fi
