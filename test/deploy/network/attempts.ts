// Attempts that Node has no means for, in Perl, which every Debian has.
interface Run {
  readonly run: readonly string[];
}

const perl = (code: string, ...args: readonly string[]): Run => ({ run: ["perl", "-MSocket", "-e", code, ...args] });

/** An echo request on a socket that needs no right; `answered` or why not. */
export const ping = (host: string): Run =>
  perl(
    [
      'socket(S, AF_INET, SOCK_DGRAM, 1) or die "$!\n"',
      'send(S, pack("C2n3", 8, 0, 0, 0, 1), 0, pack_sockaddr_in(0, inet_aton($ARGV[0]))) or die "$!\n"',
      'vec($r, fileno(S), 1) = 1; select($r, undef, undef, 2) or die "silence\n"',
      'recv(S, $b, 99, 0); print unpack("C", $b) == 0 ? "answered" : "refused"',
    ].join(";"),
    host,
  );

/** Family, type and protocol, as the kernel numbers them. */
const SOCKETS = { "raw ICMP": [2, 3, 1], packets: [17, 3, 0x0300] } as const;

export const openSocket = (name: keyof typeof SOCKETS): Run =>
  perl(`socket(S, ${SOCKETS[name].join(",")}) or die "$!\n"; print "opened"`);

/** PTRACE_SEIZE: the target is not stopped, and let go again when this ends. */
export const ptrace = (pid: number): Run =>
  perl(
    `syscall(${process.arch === "x64" ? 101 : 117}, 0x4206, $ARGV[0] + 0, 0, 0) == 0 or die "$!\n"; print "traced"`,
    String(pid),
  );

export const become = (uid: number): Run => ({ run: ["setpriv", "--reuid", String(uid), "true"] });
