#!/bin/bash
# Keeps an nft table on the host that fences the containers of one bridge network:
#   BRIDGE  name of the Linux bridge
#   PEER    IPv4 address on it that may open connections to the others
#   TABLE   name of the table, `inet` family; nobody else's
# A container there may answer whoever reached it, and open connections to public IPv4 addresses; nothing else: not to
# the host, not to private networks, not to its neighbours. Nor does the host take anything from one of Docker's bridges
# that it has no way back to. The table goes when this is stopped; when it is killed, the rules stay.
set -euo pipefail

[[ ${BRIDGE:-} =~ ^[A-Za-z0-9._-]{1,15}$ ]] || { echo "BRIDGE: name of a bridge expected" >&2; exit 2; }
[[ ${PEER:-} =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ ]] || { echo "PEER: an IPv4 address expected" >&2; exit 2; }
[[ ${TABLE:-} =~ ^[A-Za-z][A-Za-z0-9_]{0,60}$ ]] || { echo "TABLE: name of an nft table expected" >&2; exit 2; }

# Before Docker's own chains and any other firewall's: what is dropped here is dropped. What is accepted here goes on to
# the others, which may still drop it. Adding the table before deleting it makes both work whether it exists or not; the
# whole file is one transaction, so there is no moment without rules.
rules() {
  cat <<NFT
table inet $TABLE
delete table inet $TABLE
table inet $TABLE {
  chain input {
    type filter hook input priority filter - 10; policy accept;
    # A project's own bridge has no address, yet the host takes broadcasts from it where rp_filter is off.
    iifname "br-*" meta nfproto ipv4 fib saddr . iif oif missing drop
    iifname != "$BRIDGE" return
    meta nfproto ipv6 drop
    ct state established,related accept
    drop
  }
  chain forward {
    type filter hook forward priority filter - 10; policy accept;
    iifname != "$BRIDGE" return
    meta nfproto ipv6 drop
    ct state established,related accept
    oifname "$BRIDGE" ip saddr $PEER accept
    oifname "$BRIDGE" drop
    ip daddr { 0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, 198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/4, 240.0.0.0/4 } drop
  }
}
NFT
}

listing() { nft --stateless list table inet "$TABLE" 2>/dev/null || true; }
say() { echo "$(date --utc +%FT%TZ) $*"; }
apply() { rules | nft --file - && wanted=$(listing); }

stop() {
  nft delete table inet "$TABLE" 2>/dev/null || true
  say "stopped, the table is gone"
  exit 0
}
trap stop TERM INT

wanted=
apply
say "the containers on $BRIDGE are fenced"
if [ "$(cat /proc/sys/net/bridge/bridge-nf-call-iptables 2>/dev/null)" != 1 ]; then
  say "net.bridge.bridge-nf-call-iptables is not 1: the kernel shows no rules what passes between containers of a bridge" >&2
fi
while true; do
  # In the background, so that a signal is answered at once.
  sleep 2 &
  wait $! || true
  if [ "$(listing)" != "$wanted" ]; then
    say "the table was changed or removed: put back"
    apply || say "the table could not be put back; trying again" >&2
  fi
done
