/* Websocket load for a signaling relay: pairs of connections that talk to each other through it.
 *
 *   load PLAN SPEAKS SECONDS IN_FLIGHT PER_SECOND
 *
 * PLAN      a file with one "port path" a line; lines 2n and 2n+1 are the two sides of a room
 * SPEAKS    "plain" (JSON frames), "socketio" (Engine.IO 4 packets), or "listen" (says nothing;
 *           every line is in a room of its own or all in one, and gifts are what is heard)
 * SECONDS   how long is measured, after one second of warming up; 0: connect and stay idle
 * IN_FLIGHT closed loop: messages on their way in each room; whoever hears one answers it
 * PER_SECOND open loop when > 0: so many messages a second over all rooms, sent at their
 *            scheduled instants whatever comes back, so a stall is counted in full
 *
 * Each message carries the instant at which it was (to be) sent. Prints "ready" when all are
 * connected, then one line of JSON: messages a second, latency percentiles in ms, own CPU share.
 * A listener prints instead, after SECONDS or when it is terminated, for each gift that each line
 * heard, "gift nanoseconds" on the monotonic clock.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    AT_ONCE = 32, READ_BYTES = 65536, OUT_BYTES = 65536, LATENCIES_MAX = 8000000,
    ARRIVALS_MAX = 1000000
};
enum state { SHAKING, GREETING, JOINED };

struct line {
    int socket;
    enum state state;
    struct line *other;
    char *in;
    int in_used, in_size;
    char *out;
    int out_used, waits;
};

static struct line *lines;
static volatile sig_atomic_t listening;
static int count, socketio, joined, poller, answering, measuring;
static int64_t heard, *latencies, latency_count;
static struct arrival { char gift[37]; int64_t at; } *arrivals;
static const char *const PLAIN =
    "{\"type\":\"ice-candidate\",\"data\":{\"candidate\":{\"candidate\":\"candidate:%019lld 1 udp "
    "2122260223 192.0.2.17 54321 typ host generation 0 ufrag Qf3x network-id 1\","
    "\"sdpMid\":\"0\",\"sdpMLineIndex\":0},\"negotiation\":1}}";
static const char *const SOCKETIO =
    "42[\"ice-candidate\",{\"candidate\":{\"candidate\":\"candidate:%019lld 1 udp "
    "2122260223 192.0.2.17 54321 typ host generation 0 ufrag Qf3x network-id 1\","
    "\"sdpMid\":\"0\",\"sdpMLineIndex\":0},\"negotiation\":1}]";

static void fail(const char *what) {
    fprintf(stderr, "load: %s (%s)\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* ---- writing ---------------------------------------------------------------------------- */
static void watch(struct line *l, int operation) {
    struct epoll_event e = {.events = EPOLLIN | (l->waits ? EPOLLOUT : 0), .data.ptr = l};
    if (epoll_ctl(poller, operation, l->socket, &e)) fail("epoll");
}

static void flush(struct line *l) {
    int done = 0, waits = 0;
    while (done < l->out_used && !waits) {
        ssize_t n = write(l->socket, l->out + done, l->out_used - done);
        if (n < 0 && errno == EAGAIN) waits = 1;
        else if (n <= 0) fail("write");
        else done += n;
    }
    memmove(l->out, l->out + done, l->out_used - done);
    l->out_used -= done;
    if (waits != l->waits) {
        l->waits = waits;
        watch(l, EPOLL_CTL_MOD);
    }
}

static void put(struct line *l, const void *bytes, int n) {
    if (l->out_used + n > OUT_BYTES) fail("the server does not read");
    memcpy(l->out + l->out_used, bytes, n);
    l->out_used += n;
}

/* A masked frame, as every browser sends it. */
static void put_frame(struct line *l, int opcode, const char *text, int n) {
    static const unsigned char mask[4] = {0x5a, 0xc3, 0x17, 0x9e};
    unsigned char head[8] = {0x80 | opcode};
    int size = 2;
    if (n < 126) head[1] = 0x80 | n;
    else { head[1] = 0x80 | 126; head[2] = n >> 8; head[3] = n & 255; size = 4; }
    put(l, head, size);
    put(l, mask, 4);
    put(l, text, n);
    for (int i = 0; i < n; i++) l->out[l->out_used - n + i] ^= mask[i & 3];
}

static void say(struct line *l, int64_t at) {
    char text[512];
    put_frame(l, 1, text, snprintf(text, sizeof text, socketio ? SOCKETIO : PLAIN, (long long)at));
    flush(l);
}

/* ---- reading ---------------------------------------------------------------------------- */
static void take_message(struct line *l, const char *text, int n) {
    const char *stamp = memmem(text, n, "\"candidate:", 11);
    if (!stamp) return;
    heard++;
    if (measuring && latency_count < LATENCIES_MAX)
        latencies[latency_count++] = now() - strtoll(stamp + 11, NULL, 10);
    if (answering) say(l, now());
}

static void take_gift(const char *text, int n) {
    const char *content, *end = text + n;
    if (!memmem(text, n, "\"type\":\"gift\"", 13) || heard >= ARRIVALS_MAX) return;
    content = memmem(text, n, "\"data\":{\"id\":\"", 14);
    if (!content || end - content < 14 + 36) return;
    memcpy(arrivals[heard].gift, content + 14, 36);
    arrivals[heard++].at = now();
}

static void join(struct line *l) {
    l->state = JOINED;
    joined++;
}

static void take_text(struct line *l, const char *text, int n) {
    if (listening && l->state == JOINED) take_gift(text, n);
    else if (listening) join(l);
    else if (l->state == JOINED && !(socketio && n == 1)) take_message(l, text, n);
    else if (!socketio) { if (memmem(text, n, "\"joined\"", 8)) join(l); }
    else if (text[0] == '0') { put_frame(l, 1, "40", 2); flush(l); }
    else if (text[0] == '2') { put_frame(l, 1, "3", 1); flush(l); }
    else if (n > 1 && text[0] == '4' && text[1] == '0') join(l);
}

/* One frame at p; how many bytes it took, or 0 when it is not all here. */
static int take_frame(struct line *l, char *p, int n) {
    if (n < 2) return 0;
    int opcode = p[0] & 15, size = p[1] & 127, head = 2;
    if (size == 126) {
        if (n < 4) return 0;
        size = (unsigned char)p[2] << 8 | (unsigned char)p[3];
        head = 4;
    } else if (size == 127) fail("a frame of more than 64 KiB");
    if (n < head + size) return 0;
    if (opcode == 1) take_text(l, p + head, size);
    else if (opcode == 9) { put_frame(l, 10, p + head, size); flush(l); }
    else if (opcode == 8) {
        fprintf(stderr, "load: closed with %d\n", (unsigned char)p[head] << 8 | (unsigned char)p[head + 1]);
        exit(1);
    }
    return head + size;
}

static void take(struct line *l) {
    int at = 0;
    if (l->state == SHAKING) {
        char *end = memmem(l->in, l->in_used, "\r\n\r\n", 4);
        if (!end) return;
        if (memcmp(l->in, "HTTP/1.1 101", 12)) { fprintf(stderr, "%.200s\n", l->in); fail("refused"); }
        at = end + 4 - l->in;
        l->state = GREETING;
    }
    for (int n; (n = take_frame(l, l->in + at, l->in_used - at)); at += n) {}
    memmove(l->in, l->in + at, l->in_used - at);
    l->in_used -= at;
}

static void receive(struct line *l) {
    if (l->in_size - l->in_used < READ_BYTES / 4) {
        l->in_size = l->in_size ? l->in_size * 2 : READ_BYTES;
        l->in = realloc(l->in, l->in_size);
    }
    ssize_t n = read(l->socket, l->in + l->in_used, l->in_size - l->in_used);
    if (n == 0) fail("the server hung up");
    if (n < 0 && errno != EAGAIN) fail("read");
    if (n > 0) { l->in_used += n; take(l); }
}

static void turn(int milliseconds) {
    struct epoll_event events[512];
    int n = epoll_wait(poller, events, 512, milliseconds);
    for (int i = 0; i < n; i++) {
        struct line *l = events[i].data.ptr;
        if (events[i].events & EPOLLOUT) flush(l);
        if (events[i].events & ~EPOLLOUT) receive(l);
    }
}

/* ---- connecting ------------------------------------------------------------------------- */
static void open_line(struct line *l, int port, const char *path) {
    char request[2048];
    int one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    l->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(l->socket, (struct sockaddr *)&to, sizeof to)) fail("connect");
    setsockopt(l->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(l->socket, F_SETFL, O_NONBLOCK);
    l->out = malloc(OUT_BYTES);
    watch(l, EPOLL_CTL_ADD);
    put(l, request, snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: c291bHNlZXIgYmVuY2ghIQ==\r\n\r\n", path, port, port));
    flush(l);
}

static void open_all(const char *plan) {
    FILE *file = fopen(plan, "r");
    char path[1024];
    int port, size = 0;
    if (!file) fail(plan);
    while (fscanf(file, "%d %1023s", &port, path) == 2) size++;
    lines = calloc(size, sizeof *lines);
    rewind(file);
    for (; fscanf(file, "%d %1023s", &port, path) == 2; count++) {
        lines[count].other = &lines[count ^ 1];
        open_line(&lines[count], port, path);
        int64_t patience = now() + 30000000000LL;
        while (joined < count + 1 - AT_ONCE) {
            turn(5);
            if (now() > patience) fail("nobody joins");
        }
    }
    fclose(file);
    for (int64_t patience = now() + 30000000000LL; joined < count; turn(5))
        if (now() > patience) fail("some did not join");
    for (int64_t rest = now() + 500000000LL; now() < rest; turn(5)) {}
}

/* ---- measuring -------------------------------------------------------------------------- */
/* Sleep until something comes or the instant is there: a busy wait would take the servers' core. */
static void rest_until(int64_t instant) {
    struct pollfd any = {.fd = poller, .events = POLLIN};
    int64_t rest = instant - now();
    struct timespec t = {.tv_sec = rest / 1000000000LL, .tv_nsec = rest % 1000000000LL};
    if (rest > 0) ppoll(&any, 1, &t, NULL);
}

static void run_until(int64_t end, int64_t per_second, int64_t *due) {
    static int turn_of;
    for (int64_t t = now(); t < end; t = now()) {
        for (; per_second && *due <= t; *due += 1000000000LL / per_second)
            say(&lines[turn_of++ % count], *due);
        rest_until(per_second && *due < end ? *due : end);
        turn(0);
    }
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double percentile(double share) {
    return latency_count ? latencies[(int64_t)(share * (latency_count - 1))] / 1e6 : -1;
}

static double cpu_seconds(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void stop_listening(int number) {
    (void)number;
    listening = 0;
}

static int listen_for(double seconds) {
    signal(SIGTERM, stop_listening);
    for (int64_t end = now() + (int64_t)(seconds * 1e9); now() < end && listening; turn(0))
        rest_until(end);
    for (int64_t i = 0; i < heard; i++)
        printf("%s %lld\n", arrivals[i].gift, (long long)arrivals[i].at);
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 6) { fprintf(stderr, "load PLAN SPEAKS SECONDS IN_FLIGHT PER_SECOND\n"); return 2; }
    double seconds = atof(argv[3]);
    int in_flight = atoi(argv[4]);
    int64_t per_second = atoll(argv[5]);
    socketio = !strcmp(argv[2], "socketio");
    listening = !strcmp(argv[2], "listen");
    if (listening) arrivals = calloc(ARRIVALS_MAX, sizeof *arrivals);
    prctl(PR_SET_TIMERSLACK, 1000);
    poller = epoll_create1(0);
    latencies = malloc(LATENCIES_MAX * sizeof *latencies);
    open_all(argv[1]);
    printf("ready\n");
    fflush(stdout);
    if (seconds == 0) for (;;) turn(1000);

    if (listening) return listen_for(seconds);
    answering = per_second == 0;
    for (int i = 0; answering && i < count; i += 2)
        for (int n = 0; n < in_flight; n++) say(&lines[i], now());
    int64_t due = now();
    run_until(now() + 1000000000LL, per_second, &due);
    measuring = 1;
    int64_t began = now(), heard_before = heard;
    double cpu_before = cpu_seconds();
    run_until(began + (int64_t)(seconds * 1e9), per_second, &due);
    double took = (now() - began) / 1e9, cpu = cpu_seconds() - cpu_before;
    qsort(latencies, latency_count, sizeof *latencies, by_size);
    printf("{\"per_second\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"worst_ms\": %.3f, "
           "\"own_cpu\": %.2f}\n", (heard - heard_before) / took, percentile(.5), percentile(.99),
           percentile(1), cpu / took);
    return 0;
}
