#!/bin/bash
# package.sh : the Debian packages, in build/packages, out of a static and a shared build for release; with
# the site when `make docs` has made it.  What lintian calls an error or a warning is a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
presets=(package-static package-shared)
config=build/package-shared/CPackConfig.cmake

say() { printf 'package: %s\n' "$*"; }
setting() { sed -n "s/^set($1 \"\(.*\)\")/\1/p" "$config"; }

for preset in "${presets[@]}"; do
    say "building ($preset)"
    targets=(headstock_testing headstock_upload) # which need the two others
    [[ $preset != package-shared ]] || targets+=(headstock_explain)
    tools/build.sh "$preset" "${targets[@]}"
done

# The dates in the packages are that of the last commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

changelog() { # in Debian's form
    printf '%s (%s) unstable; urgency=medium\n\n' headstock "$(setting CPACK_PACKAGE_VERSION)"
    printf '  * What has changed is told by CHANGELOG.md, in headstock-doc.\n\n'
    printf ' -- %s  %s\n' "$(setting CPACK_PACKAGE_CONTACT)" "$(date --utc -R -d "@$SOURCE_DATE_EPOCH")"
}
copyright() { # in Debian's form, which wants a year
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n'
    printf 'Files: *\nCopyright: %s %s\nLicense: Expat\n' "$(date --utc +%Y -d "@$SOURCE_DATE_EPOCH")" \
        "$(sed -n 's/^Copyright (c) //p' LICENSE)"
    sed '1,/^Copyright/d; /./,$!d; s/^$/./; s/^/ /' LICENSE | sed '1{/^ \.$/d}'
}
for preset in "${presets[@]}"; do
    mkdir -p "build/$preset/debian"
    changelog | gzip -9n > "build/$preset/debian/changelog.gz"
    copyright > "build/$preset/debian/copyright"
    gzip -9n < programs/headstock_explain/headstock-explain.1 > "build/$preset/debian/headstock-explain.1.gz"
done

say 'packing'
rm -rf build/packages
log=build/package.log
# Both builds have .pc files: the later ones, those of the shared libraries, are packed.
projects=$(printf '%s;headstock;ALL;/;' "${presets[@]/#/$PWD/build/}")
(umask 022 && cpack -G DEB --config "$config" -B build/packages \
    -D "CPACK_INSTALL_CMAKE_PROJECTS=${projects%;}") > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
rm -rf build/packages/_CPack_Packages

# What lintian is not asked about: CPack has scripts call ldconfig, where the trigger that the package has
# too would do; the site has its own scripts with it, so that it needs no other package.
lintian --allow-root --fail-on error,warning \
    --suppress-tags maintscript-calls-ldconfig,embedded-javascript-library build/packages/*.deb
(cd build/packages && for package in *.deb; do say "$(stat -c '%n, %s bytes' "$package")"; done)
