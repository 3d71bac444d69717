# shellcheck shell=sh
# Sourced after packages.sh. Bun's executable for the other architecture, into which a cross build is put.

# Prints its path; fetched once by npm, and refused unless it is what package-lock.json recorded.
foreign_runtime() {
  case $1 in x64) name=bun-linux-x64 ;; arm64) name=bun-linux-aarch64 ;; esac
  wanted=$(node -p "const p = require('$root/package-lock.json').packages['node_modules/@oven/$name']; p.version + ' ' + p.integrity")
  version=${wanted% *}
  folder=$root/.cache/runtime/$name-$version
  if [ ! -x "$folder/package/bin/bun" ]; then
    rm -rf "$folder.new"
    mkdir -p "$folder.new"
    got=$(cd "$folder.new" && npm pack --silent --json "@oven/$name@$version" | node -p 'JSON.parse(require("fs").readFileSync(0, "utf8"))[0].integrity') ||
      die "npm could not fetch @oven/$name@$version. Check the network and try again."
    [ "$got" = "${wanted#* }" ] || die "@oven/$name@$version is not what package-lock.json recorded: refused."
    tar -xzf "$folder.new"/*.tgz -C "$folder.new"
    rm -rf "$folder.new"/*.tgz "$folder"
    mv "$folder.new" "$folder"
  fi
  printf '%s\n' "$folder/package/bin/bun"
}
