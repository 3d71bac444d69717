# shellcheck shell=sh
# Sourced after base.sh. npm packages exactly as package-lock.json says, and where Bun's executable is among them.

node_at_least=20

case $(uname -s)-$(uname -m) in
  Linux-x86_64) arch=x64 bun_package=@oven/bun-linux-x64 ;;
  Linux-aarch64 | Linux-arm64) arch=arm64 bun_package=@oven/bun-linux-aarch64 ;;
  *) die "Dynamight is built on 64-bit Linux (x86_64 or aarch64); this is $(uname -s) on $(uname -m)." ;;
esac
bun=$root/node_modules/$bun_package/bin/bun
packages_stamp=$root/node_modules/.installed-from

lock_hash() { sha256sum "$root/package-lock.json" | cut -c1-64; }

# By hand (`npm install x`) also counts: what lies in node_modules is compared with the lockfile, package by package.
packages_match() {
  [ -f "$root/node_modules/.package-lock.json" ] || return 1
  node - "$root" <<'JS'
const read = (name) => JSON.parse(require('node:fs').readFileSync(`${process.argv[2]}/${name}`, 'utf8')).packages;
const have = read('node_modules/.package-lock.json');
for (const [path, wanted] of Object.entries(read('package-lock.json'))) {
  if (path === '') continue;
  if (have[path] ? have[path].version !== wanted.version : !wanted.optional) process.exit(1);
}
JS
}

install_packages() {
  [ "$(cat "$packages_stamp" 2>/dev/null)" = "$(lock_hash)" ] && return # somebody else did it while we waited
  if ! packages_match; then
    say "Installing npm packages from package-lock.json …"
    # dev packages are what builds it, whatever NODE_ENV or npm's own settings say
    (cd "$root" && npm ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund --loglevel=error >&2) ||
      die "npm could not install the packages (see above). Check the network and the disk, then try again."
  fi
  lock_hash >"$packages_stamp"
}

# Makes node_modules what package-lock.json says; says nothing when it is already.
ensure_packages() {
  command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 ||
    die "Node.js $node_at_least or newer with npm is needed to build Dynamight: https://nodejs.org (Debian 13: apt-get install nodejs npm)."
  # shellcheck disable=SC2046 # two words
  set -- $(node -p 'process.versions.node.split(".")[0] + " " + process.arch')
  [ "$1" -ge "$node_at_least" ] || die "Node.js $node_at_least or newer is needed; this is $(node --version)."
  [ "$2" = "$arch" ] || die "Node.js here is made for $2; Dynamight needs a 64-bit system with a Node.js made for $arch."
  [ -x "$bun" ] && [ "$(cat "$packages_stamp" 2>/dev/null)" = "$(lock_hash)" ] || locked packages install_packages
  "$bun" --version >/dev/null 2>&1 && return
  case $(ldd --version 2>&1) in *musl*) die "This system uses musl libc; Dynamight needs glibc 2.17 or newer (Debian, Ubuntu, Raspberry Pi OS, Fedora …)." ;; esac
  [ -x "$bun" ] || die "npm did not install $bun_package. Delete node_modules and try again; if it stays so, npm is set to omit optional packages."
  die "Bun does not start on this machine: $("$bun" --version 2>&1 | head -n 1)"
}
