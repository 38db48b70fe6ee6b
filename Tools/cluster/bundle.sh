#!/bin/sh
# One archive that runs on x86-64 Linux without root, Swift or our packages.
# usage: bundle.sh PROGRAM ARCHIVE.tar.gz
# It holds the program, every shared library but those of glibc, configurations and licences. The
# target needs a glibc that is no older than this machine's. Needs patchelf, binutils and
# fonts-dejavu-core. The same program and
# libraries give the same bytes.
set -eu
program=${1:?usage: bundle.sh PROGRAM ARCHIVE.tar.gz}
archive=${2:?usage: bundle.sh PROGRAM ARCHIVE.tar.gz}
here=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
command -v patchelf >/dev/null || {
  echo "bundle.sh: patchelf is missing; apt-get install patchelf" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=plumbline
root=$work/$name
mkdir -p "$root/bin" "$root/lib" "$root/licences" "$root/etc" "$root/share/fonts"

install -m 755 "$program" "$root/bin/plumbline"
strip --strip-debug "$root/bin/plumbline"

# Libraries as the loader finds them. glibc's own stay with the machine: its loader must match.
ldd "$program" | awk '/=> \// {print $3}' | sort -u > "$work/all"
if ldd "$program" | grep "not found" >&2; then
  echo "bundle.sh: $program needs the libraries above" >&2; exit 1
fi
: > "$work/packages"
while read -r library; do
  file=$(basename "$library")
  case $file in
    libc.so.*|libm.so.*|libmvec.so.*|libpthread.so.*|libdl.so.*|librt.so.*|libresolv.so.*|\
    libutil.so.*|libanl.so.*|ld-linux*) continue ;;
  esac
  install -m 644 "$library" "$root/lib/$file"
  # Without usr merge a package's file list has the path without /usr.
  real=$(readlink -f "$library")
  { dpkg -S "$real" 2>/dev/null || dpkg -S "${real#/usr}" 2>/dev/null || true; } |
    sed 's/:.*//' >> "$work/packages"
done < "$work/all"
chmod u+w "$root"/lib/*
# Each library finds its neighbours; nothing is looked up beside the bundle first.
for file in "$root"/lib/*; do patchelf --set-rpath '$ORIGIN' "$file"; done
patchelf --set-rpath '$ORIGIN/../lib' "$root/bin/plumbline"

# One font, so that figures have letters on a machine without any.
font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
[ -f "$font" ] || {
  echo "bundle.sh: $font is missing; apt-get install fonts-dejavu-core" >&2; exit 1; }
install -m 644 "$font" "$root/share/fonts/"
echo fonts-dejavu-core >> "$work/packages"
cat > "$root/etc/fonts.conf" <<'EOF'
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">../share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
EOF

# The program is started by this script, which only says where the fonts are.
cat > "$root/plumbline" <<'EOF'
#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
: "${FONTCONFIG_FILE:=$here/etc/fonts.conf}"
export FONTCONFIG_FILE
exec "$here/bin/plumbline" "$@"
EOF
chmod 755 "$root/plumbline"

cp -r "$here/configs" "$root/configs"
mkdir -p "$root/cluster"
install -m 644 "$here/Tools/cluster/plumbline.def" "$root/cluster/"
install -m 644 "$here/README.md" "$here/LICENSE" "$root/"
sort -u "$work/packages" | while read -r package; do
  text=/usr/share/doc/$package/copyright
  [ -f "$text" ] || { echo "bundle.sh: $package has no copyright file" >&2; exit 1; }
  install -m 644 "$text" "$root/licences/$package"
done
# Swift's runtime has its licence beside the compiler.
swift=$(awk '/libswiftCore/ {print}' "$work/all")
if [ -n "$swift" ]; then
  licence=$(dirname "$swift")/../../../share/swift/LICENSE.txt
  [ -f "$licence" ] || { echo "bundle.sh: Swift's licence is not at $licence" >&2; exit 1; }
  install -m 644 "$licence" "$root/licences/swift"
fi
# What this glibc is, and what the files really need of it.
needed=$(for file in "$root"/bin/plumbline "$root"/lib/*; do objdump -T "$file"; done 2>/dev/null |
  grep -oE 'GLIBC_[0-9]+(\.[0-9]+)+' | sort -Vu | tail -n 1)
echo "$needed" > "$root/GLIBC"

# The loader must find all of it in the bundle.
if LD_LIBRARY_PATH= ldd "$root/bin/plumbline" | awk '/=> \// {print $3}' | grep -v "^$root/" |
  grep -vE '/(libc|libm|libmvec|libpthread|libdl|librt|libresolv|libutil|libanl|ld-linux[^/]*)\.so'
then
  echo "bundle.sh: the libraries above are not taken from the bundle" >&2; exit 1
fi
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime='2020-01-01 00:00:00Z' \
  --mode='u+rw,go=rX' --format=gnu -C "$work" -cf "$work/bundle.tar" "$name"
gzip -9 -n "$work/bundle.tar"
mkdir -p "$(dirname "$archive")"
mv "$work/bundle.tar.gz" "$archive"
echo "$archive: $(du -h "$archive" | cut -f 1), needs $needed"
