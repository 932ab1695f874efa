import { execa } from "execa";

/** Where a packet is sent; the port is nothing to ICMP. */
export interface Target {
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly host: string;
  readonly port: number;
}

/**
 * What came of it: a connection, a refusal (which somebody sent), an answer to a datagram or an echo, nothing within the
 * time, or no way to send it at all.
 */
export type Outcome = "open" | "refused" | "answered" | "silent" | "unsent";

export interface Probed {
  readonly target: Target;
  readonly outcome: Outcome;
}

/** Longest wait for an answer, in seconds. */
const WAIT_SECONDS = 3;

/*
 * All at once and without a process for each: a container's processor is a small share. Perl is in every image, as Debian's
 * packages need it. An echo takes no rights: the engine lets every group of a container send them.
 */
const PROGRAM = String.raw`
use strict; use warnings; use Socket; use Errno qw(EINPROGRESS ECONNREFUSED); use Fcntl;
my ($wait, @targets) = @ARGV;
my (@outcome, %open);
for my $i (0 .. $#targets) {
  my ($protocol, $host, $port) = split /,/, $targets[$i];
  my $kind = $protocol eq "tcp" ? SOCK_STREAM : SOCK_DGRAM;
  my $number = { tcp => 6, udp => 17, icmp => 1 }->{$protocol};
  $outcome[$i] = "unsent";
  socket(my $socket, PF_INET, $kind, $number) or next;
  fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK);
  setsockopt($socket, SOL_SOCKET, SO_BROADCAST, 1) if $protocol eq "udp";
  my $to = pack_sockaddr_in($port, inet_aton($host));
  if ($protocol eq "tcp") {
    if (connect($socket, $to)) { $outcome[$i] = "open"; next }
    if ($! == ECONNREFUSED) { $outcome[$i] = "refused"; next }
    next unless $! == EINPROGRESS;
  } else {
    # An echo request; the kernel fills in identifier and checksum.
    my $text = $protocol eq "icmp" ? pack("C C n n n a8", 8, 0, 0, 0, 1, "supalove") : "supalove";
    next unless defined send($socket, $text, 0, $to);
  }
  $outcome[$i] = "silent";
  $open{$i} = [$socket, $protocol];
}
my $until = time + $wait;
while (%open && time < $until) {
  my ($read, $write) = ("", "");
  for (values %open) { vec($_->[1] eq "tcp" ? $write : $read, fileno($_->[0]), 1) = 1 }
  select($read, $write, undef, 0.2) > 0 or next;
  for my $i (keys %open) {
    my ($socket, $protocol) = @{ $open{$i} };
    if ($protocol eq "tcp") {
      next unless vec($write, fileno($socket), 1);
      my $error = unpack("i", getsockopt($socket, SOL_SOCKET, SO_ERROR));
      $outcome[$i] = $error == 0 ? "open" : $error == ECONNREFUSED ? "refused" : "silent";
    } else {
      next unless vec($read, fileno($socket), 1);
      $outcome[$i] = defined recv($socket, my $text, 100, 0) ? "answered" : $! == ECONNREFUSED ? "refused" : "silent";
    }
    delete $open{$i};
  }
}
print "$_\n" for @outcome;
`;

/** Sends something to each target from a container's own network, and tells what came back. */
export async function probe(container: string, targets: readonly Target[]): Promise<Probed[]> {
  const words = targets.map(({ protocol, host, port }) => `${protocol},${host},${port}`);
  const command = ["exec", "-i", container, "perl", "-", String(WAIT_SECONDS), ...words];
  const { stdout } = await execa("docker", command, { input: PROGRAM });
  const outcomes = stdout.split("\n") as Outcome[];
  if (outcomes.length !== targets.length) throw new Error(`${container} told of ${outcomes.length} probes`);
  return targets.map((target, at) => ({ target, outcome: outcomes[at] ?? "unsent" }));
}
