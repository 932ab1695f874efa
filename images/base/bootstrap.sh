#!/bin/sh
# Makes the file system of the base image: bootstrap.sh RELEASE MIRROR ROOTFS SOURCES_LIST
set -eu
release=$1 mirror=$2 rootfs=$3 sources=$4
here=$(cd "$(dirname "$0")" && pwd)

# https mirrors need ca-certificates; services that call out use them too.
debootstrap --variant=minbase --include=ca-certificates "$release" "$rootfs" "$mirror"

cp "$here/dpkg-slim" "$rootfs/etc/dpkg/dpkg.cfg.d/slim"
cp "$here/apt-slim" "$rootfs/etc/apt/apt.conf.d/slim"
cp "$sources" "$rootfs/etc/apt/sources.list"

# debootstrap knows one archive only: the security updates come now.
export DEBIAN_FRONTEND=noninteractive
chroot "$rootfs" apt-get update
chroot "$rootfs" apt-get -y dist-upgrade
chroot "$rootfs" apt-get clean

# The paths that dpkg leaves out from now on, and what belongs to this host.
for path in doc man locale info lintian; do rm -rf "$rootfs/usr/share/$path/"*; done
rm -rf "$rootfs/var/cache/apt/"* "$rootfs/var/lib/apt/lists/"* "$rootfs/var/cache/debconf/"*-old \
  "$rootfs/var/log/"*.log "$rootfs/var/log/apt/"* "$rootfs/etc/machine-id"
: >"$rootfs/etc/resolv.conf"
echo localhost >"$rootfs/etc/hostname"
