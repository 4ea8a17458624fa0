/* The cheap half of a light viewer: empties many UDP sockets and counts what is RTP, undecrypted.
 *
 * SRTP leaves the header of a packet in the clear, so number, order and loss are seen without
 * keys. Whatever is no RTP (STUN, DTLS, SRTCP) is given back to be answered by a real WebRTC
 * library. Built as a shared library, called every few milliseconds.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64, MTU = 1600, STREAMS = 2, HEADER = 12, TAG = 4 };

struct seen {
    uint32_t ssrc, first, highest; /* sequence numbers counted on over their wrap */
    int64_t packets, octets;
};

struct tally { struct seen streams[STREAMS]; };

static struct seen *stream_of(struct tally *t, uint32_t ssrc) {
    for (int i = 0; i < STREAMS; i++) {
        struct seen *s = &t->streams[i];
        if (s->packets == 0) s->ssrc = ssrc;
        if (s->ssrc == ssrc) return s;
    }
    return NULL;
}

static void count(struct tally *t, const unsigned char *p, int n) {
    uint16_t sequence = p[2] << 8 | p[3];
    struct seen *s = stream_of(t, (uint32_t)p[8] << 24 | p[9] << 16 | p[10] << 8 | p[11]);
    if (!s) return;
    if (s->packets == 0) s->first = s->highest = sequence + 65536u;
    else {
        int16_t ahead = (int16_t)(sequence - (uint16_t)s->highest);
        if (ahead > 0) s->highest += ahead;
    }
    s->packets++;
    s->octets += n;
}

/* Empty ``n`` sockets into ``tallies``; what is not RTP goes to ``rest`` as records of
 * {uint16 index, uint16 length, bytes}. Gives the bytes written to ``rest``. */
int drain(const int *sockets, int n, struct tally *tallies, unsigned char *rest, int rest_bytes) {
    static unsigned char packets[BATCH][MTU];
    static struct iovec parts[BATCH];
    static struct mmsghdr messages[BATCH];
    int used = 0;
    for (int i = 0; i < n; i++) {
        int got = BATCH;
        while (got == BATCH) {
            for (int m = 0; m < BATCH; m++) {
                parts[m] = (struct iovec){packets[m], MTU};
                messages[m].msg_hdr = (struct msghdr){.msg_iov = &parts[m], .msg_iovlen = 1};
            }
            got = recvmmsg(sockets[i], messages, BATCH, MSG_DONTWAIT, NULL);
            for (int m = 0; m < got; m++) {
                unsigned char *p = packets[m];
                int size = messages[m].msg_len, type = p[1] & 127;
                if (size > HEADER && p[0] >> 6 == 2 && (type < 64 || type > 95)) {
                    count(&tallies[i], p, size);
                } else if (used + TAG + size <= rest_bytes) {
                    uint16_t head[2] = {i, size};
                    memcpy(rest + used, head, TAG);
                    memcpy(rest + used + TAG, p, size);
                    used += TAG + size;
                }
            }
        }
    }
    return used;
}
