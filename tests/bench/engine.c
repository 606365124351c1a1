/* The workload in C, as fast as we know how to write it: sets of parties are bits of one word, the queue is a bucket a
   day under a two-level bitmap, rules are found by (cause, subject), draws of one rule are made eight at a time, and a
   run is taken back by undoing what it touched. The meaning of every field is told in table.py and world.py; rows of
   numbers come from native.py. At most 64 parties; a run that overflows its memory stops with an error code. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define GOLDEN 0x9E3779B97F4A7C15ull
#define MANY 65535
#define GUIDE 10
enum { NON_PARTY, SIGNED, RATIFIED, IN_FORCE, SUSPENDED, WITHDRAWN, TERMINATED };
enum { NEGOTIATED, OPEN = 2, ALIVE = 3, ENDED = 5 };
enum { SIGN, DEPOSIT, ACCEDE, SUSPEND, RESUME, LEAVE, REVOKE };
enum { C_STATUS, C_PENDING, C_COUNT, C_VARIABLE, C_DATE, C_TREATY, C_RECENT };
enum { DUE_ENTRY, DUE_PARTY, DUE_SUSPENSION, DUE_EXIT, OWED };

typedef struct {
    int64_t P, T, H, R, V, K, causes, n_static, months_n;
    const int32_t *months, *month_days;
    const int64_t *treaties, *rules, *clauses, *cases, *actions, *variables;
    const int64_t *index_lo; const int32_t *index;                  /* cause * (P + 1) + subject + 1 -> rules */
    const uint64_t *sites, *status_keys, *treaty_keys, *act_keys;
    const int64_t *delay_lo; const int32_t *points; const int64_t *bound_lo; const uint64_t *bounds; const uint16_t *guide;
    const int64_t *script, *sets;
} scn_t;

enum { T_OPENS, T_CLOSES, T_CLOSES_ON_ENTRY, T_MAY_SIGN, T_ACCESSION, T_FROM, T_AFTER_ENTRY, T_MAY_ACCEDE, T_NUMBER,
       T_NAMED, T_ENTRY, T_ENTRY_N, T_ENTRY_FLOOR, T_LATE, T_LATE_N, T_LATE_AFTER, T_WITHDRAWAL, T_NOTICE, T_NOTICE_N,
       T_FLOOR, T_SIZE };
enum { R_MEMBERS, R_ORDER, R_RANK, R_DELAY, R_DELAY_N, R_COMMON, R_COMMON_END, R_OWN, R_OWN_END, R_STILL, R_STILL_END,
       R_CASES, R_CASES_END, R_ACTIONS, R_ACTIONS_END, R_SIZE };

typedef struct { uint8_t op, n, words, st[7]; uint16_t code; uint64_t parties; int32_t low, high; } clause_t;
typedef struct { uint64_t bound; uint16_t lo, hi; } case_t;
typedef struct {
    uint64_t members; const uint64_t *site; const case_t *cases, *cases_end; const clause_t *common, *common_end, *own, *own_end;
    const clause_t *still, *still_end; const int64_t *actions, *actions_end;
    uint64_t key; int32_t delay, delay_n; uint16_t id; uint32_t times; } rule_t;
typedef struct { uint8_t status, claim, dirty, pad; uint16_t epoch, entries[7]; int32_t entry_due, exit_due, consent; } rel_t;
typedef struct {
    uint64_t who[8], leaving; int32_t met, due, entered; uint16_t entries[7]; uint8_t status, dirty; } treaty_t;
typedef struct { uint64_t key, what; uint32_t next, nth; uint16_t code, epoch; uint8_t kind, party; int8_t subject; } item_t;
typedef struct { uint16_t day, treaty; int8_t party; uint8_t before, after; } log_t;
typedef struct {
    const scn_t *s; rule_t *rules; clause_t *clauses; case_t *cases; uint64_t start;
    rel_t *rel; treaty_t *tr; treaty_t *first; int32_t *var, *kind_day; uint16_t *act_n;
    uint32_t *dirty_rel, *dirty_act; uint16_t *dirty_tr, *touched_t, *exits; uint8_t *touched_p;
    int n_rel, n_act, n_tr, n_touched, n_exits, n_fired, refused, n_log, n_pool, error;
    int64_t *asked; int32_t *fired; uint16_t *dirty_fired; int32_t *bound;
    item_t *pool, nowhere; uint32_t *head; uint64_t *bits, *sum; log_t *log; uint32_t *today;
} ws_t;

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}
static inline rel_t *pair(ws_t *w, int t, int p) {
    const uint32_t m = t * w->s->P + p; rel_t *r = &w->rel[m];
    if (!r->dirty) { r->dirty = 1; w->dirty_rel[w->n_rel++] = m; }
    return r;
}
static inline treaty_t *instrument(ws_t *w, int t) {
    treaty_t *x = &w->tr[t];
    if (!x->dirty) { x->dirty = 1; w->dirty_tr[w->n_tr++] = t; }
    return x;
}
static inline item_t *push(ws_t *w, int day, uint64_t key) {
    if (day >= w->s->H || w->n_pool >= MANY) { w->error |= day < w->s->H; return &w->nowhere; }
    const uint32_t i = w->n_pool++; const int q = day >> 6; const uint64_t b = 1ull << (day & 63);
    item_t *it = &w->pool[i];
    it->key = key; it->what = 0; it->nth = 0;
    if (w->bits[q] & b) it->next = w->head[day];
    else { w->bits[q] |= b; w->sum[q >> 6] |= 1ull << (q & 63); it->next = UINT32_MAX; }
    w->head[day] = i;
    return it;
}
static inline void effect(ws_t *w, int day, int t, int p, int kind, int epoch) {
    item_t *it = push(w, day, (uint64_t)t << 16 | (uint64_t)(p + 1) << 8 | kind);
    it->kind = kind; it->code = t; it->party = p; it->epoch = epoch;
}
static inline int first_day(const scn_t *s, int kind, int n, int day) {
    if (kind == 0) return day + n;
    const int m = s->months[day] + n;
    if (m + 1 >= s->months_n) return INT32_MAX;
    if (kind == 2) return s->month_days[m];
    const int in = day - s->month_days[s->months[day]], len = s->month_days[m + 1] - s->month_days[m];
    return s->month_days[m] + (in < len ? in : len - 1);
}
static inline uint64_t having(const ws_t *w, const clause_t *c) {
    const treaty_t *x = &w->tr[c->code]; uint64_t z = 0;
    if (c->op == C_PENDING) return x->leaving;
    for (int i = 0; i < c->n; i++) z |= x->who[c->st[i]];
    return z;
}
static inline int holds(const ws_t *w, const clause_t *c, int day, int subject) {
    int v;
    switch (c->op) {
    case C_COUNT:
        v = __builtin_popcountll(having(w, c) & (c->parties ? c->parties : subject >= 0 ? 1ull << subject : 0));
        return c->low <= v && v <= c->high;
    case C_VARIABLE: v = w->var[c->code]; return c->low <= v && v <= c->high;
    case C_DATE: return c->low <= day && day < c->high;
    case C_TREATY: return c->words >> w->tr[c->code].status & 1;
    default: v = w->kind_day[c->code]; return v >= 0 && day - v <= c->high;
    }
}
static inline void owe(ws_t *w, const rule_t *u, int day, int p, int subject, uint64_t what, uint32_t nth, uint64_t state) {
    const scn_t *s = w->s; int due;
    if (!w->fired[u->id]++) w->dirty_fired[w->n_fired++] = u->id;
    if (u->delay >= 0) due = first_day(s, u->delay, u->delay_n, day);
    else {
        const uint64_t bits = mix(state + ((uint64_t)(nth << 2 | 1) + 1) * GOLDEN) >> 11;
        const uint64_t *b = s->bounds + s->bound_lo[u->delay_n];
        const int n = s->bound_lo[u->delay_n + 1] - s->bound_lo[u->delay_n];
        int i = s->guide[(u->delay_n << GUIDE) + (bits >> (53 - GUIDE))];
        while (i < n && b[i] <= bits) i++;
        if (i >= s->delay_lo[u->delay_n + 1] - s->delay_lo[u->delay_n]) return;
        due = day + s->points[s->delay_lo[u->delay_n] + i];
    }
    if (due >= s->H) return;
    item_t *it = push(w, due, u->key | p);
    it->kind = OWED; it->code = u->id; it->party = p; it->subject = subject; it->what = what; it->nth = nth;
}
#ifdef COUNTER_KEYS
/* What the product does not do: draws named by the rule and how often it has drawn (1), or by their place in one stream
   for all rules (2); one more draw shifts the rest. */
static void decide(ws_t *w, rule_t *u, uint64_t el, uint64_t bound, int day, int subject, uint64_t what, uint32_t nth) {
    for (; el; el &= el - 1) {
        rule_t *whose = COUNTER_KEYS == 2 ? w->rules : u;
        const uint64_t state = mix(mix(w->start ^ whose->site[__builtin_ctzll(whose->members)]) ^ whose->times++);
        if (bound >> 53 || mix(state + GOLDEN) >> 11 < bound) owe(w, u, day, __builtin_ctzll(el), subject, what, nth, state);
    }
}
#else
typedef uint64_t lanes_t __attribute__((vector_size(64)));
static inline lanes_t mix8(lanes_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}
static void decide(ws_t *w, const rule_t *u, uint64_t el, uint64_t bound, int day, int subject, uint64_t what, uint32_t nth) {
    const uint64_t start = w->start, step = ((uint64_t)nth << 2) * GOLDEN + GOLDEN;
    if (bound >> 53 || __builtin_popcountll(el) < 4) {
        for (; el; el &= el - 1) {
            const int p = __builtin_ctzll(el); const uint64_t state = mix(mix(start ^ u->site[p]) ^ what);
            if (bound >> 53 || mix(state + step) >> 11 < bound) owe(w, u, day, p, subject, what, nth, state);
        }
        return;
    }
    for (int g = 0; el >> g; g += 8) {
        const unsigned some = el >> g & 255;
        if (!some) continue;
        lanes_t z; uint64_t state[8]; unsigned hit = 0;
        memcpy(&z, u->site + g, 64);
        z = mix8(mix8(z ^ start) ^ what);
        memcpy(state, &z, 64);
        const lanes_t less = (lanes_t)((mix8(z + step) >> 11) < bound);
        for (int k = 0; k < 8; k++) hit |= (unsigned)(less[k] & 1) << k;
        for (hit &= some; hit; hit &= hit - 1) {
            const int k = __builtin_ctz(hit);
            owe(w, u, day, g + k, subject, what, nth, state[k]);
        }
    }
}
#endif
static void react(ws_t *w, int day, int64_t cause, int subject, uint64_t what, uint32_t nth) {
    const scn_t *s = w->s; const int64_t slot = cause * (s->P + 1) + subject + 1;
    for (int64_t j = s->index_lo[slot], end = s->index_lo[slot + 1]; j < end; j++) {
        rule_t *u = &w->rules[s->index[j]]; uint64_t el = u->members; int ok = 1;
        for (const clause_t *c = u->own; c < u->own_end; c++) el &= having(w, c);
        if (!el) continue;
        for (const clause_t *c = u->common; ok && c < u->common_end; c++) ok = holds(w, c, day, subject);
        if (!ok) continue;
        w->asked[u->id] += __builtin_popcountll(el);
        for (const case_t *k = u->cases; k < u->cases_end; k++) {
            ok = 1;
            for (int c = k->lo; ok && c < k->hi; c++) ok = holds(w, &w->clauses[c], day, subject);
            if (!ok) continue;
            if (k->bound) decide(w, u, el, k->bound, day, subject, what, nth);
            break;
        }
    }
}
static inline int waits(const scn_t *s, int64_t cause, int subject) {
    const int64_t slot = cause * (s->P + 1) + subject + 1;
    return s->index_lo[slot] < s->index_lo[slot + 1];
}
static inline void note(ws_t *w, int day, int t, int p, int before, int after) {
    if (w->n_log >= MANY) w->error = 1; else w->log[w->n_log++] = (log_t){ day, t, p, before, after };
}
static inline uint32_t book(ws_t *w, rel_t *r, int day, int t, int p, int after) {
    treaty_t *x = instrument(w, t); const uint64_t b = 1ull << p;
    x->who[r->status] ^= b; x->who[after] ^= b;
    note(w, day, t, p, r->status, after);
    r->status = after;
    return ++r->entries[after];
}
static inline void became(ws_t *w, int day, int t, int p, int after, uint32_t nth) {
    const int64_t cause = t * 7 + after;
    if (waits(w->s, cause, p)) react(w, day, cause, p, w->s->status_keys[(t * w->s->P + p) * 7 + after], nth);
}
static void move(ws_t *w, int day, int t, int p, int after) {
    const uint32_t nth = book(w, pair(w, t, p), day, t, p, after);
    became(w, day, t, p, after, nth);
}
static void treaty_becomes(ws_t *w, int day, int t, int after) {
    treaty_t *x = instrument(w, t);
    note(w, day, t, -1, x->status, after);
    x->status = after;
    const uint32_t nth = ++x->entries[after]; const int64_t cause = (w->s->T + t) * 7 + after;
    if (waits(w->s, cause, -1)) react(w, day, cause, -1, w->s->treaty_keys[t * 7 + after], nth);
}
static inline void close_pair(ws_t *w, int t, int p) {
    rel_t *r = &w->rel[t * w->s->P + p];
    if (!r->dirty) return;
    r->claim = 0; r->epoch++; r->entry_due = r->exit_due = -1; w->tr[t].leaving &= ~(1ull << p);
}
static void bind(ws_t *w, int day, int t, int p) { move(w, day, t, p, IN_FORCE); w->rel[t * w->s->P + p].entry_due = -1; }
static void late(ws_t *w, int day, int t, int p) {
    const int64_t *terms = w->s->treaties + t * T_SIZE; rel_t *r = pair(w, t, p);
    int first = first_day(w->s, terms[T_LATE], terms[T_LATE_N], r->consent);
    if (first < w->tr[t].entered) first = w->tr[t].entered;
    if (first <= day) bind(w, day, t, p);
    else { r->entry_due = first; effect(w, first, t, p, DUE_PARTY, 0); }
}
static void suspend(ws_t *w, int day, int t, int p) {
    if (w->rel[t * w->s->P + p].status == IN_FORCE) move(w, day, t, p, SUSPENDED);
}
static int may(const ws_t *w, int act, int day, int t, int p, const rel_t *r) {
    const int64_t *terms = w->s->treaties + t * T_SIZE; const treaty_t *x = &w->tr[t];
    const int party = r->status == IN_FORCE || r->status == SUSPENDED;
    switch (act) {
    case SIGN:
        return r->status == NON_PARTY && x->status != NEGOTIATED && x->status != ENDED && day < terms[T_CLOSES]
            && !(terms[T_CLOSES_ON_ENTRY] && x->entered >= 0) && terms[T_MAY_SIGN] >> p & 1;
    case DEPOSIT: return r->status == SIGNED && x->status != ENDED;
    case ACCEDE:
        return (r->status == NON_PARTY || r->status >= WITHDRAWN) && x->status != NEGOTIATED && x->status != ENDED
            && terms[T_ACCESSION] && day >= terms[T_FROM] && (x->entered >= 0 || !terms[T_AFTER_ENTRY])
            && terms[T_MAY_ACCEDE] >> p & 1;
    case SUSPEND: return party && x->status == ALIVE;
    case LEAVE: return party && x->status == ALIVE && terms[T_WITHDRAWAL] && r->exit_due < 0;
    case RESUME: return r->status == SUSPENDED || (r->status == IN_FORCE && r->claim);
    default: return party && r->exit_due >= 0;
    }
}
static void act(ws_t *w, int day, int t, int p, int a, int days, uint64_t key) {
    static const uint8_t becomes[7] = { SIGNED, RATIFIED, RATIFIED, 0, IN_FORCE, 0, 0 };
    const scn_t *s = w->s; const int64_t m = t * s->P + p; uint32_t nth = 0; int after = -1;
    if (!may(w, a, day, t, p, &w->rel[m])) { w->refused++; return; }
    rel_t *r = pair(w, t, p);
    if (becomes[a] && becomes[a] != r->status) { after = becomes[a]; nth = book(w, r, day, t, p, after); }
    switch (a) {
    case DEPOSIT: case ACCEDE:
        r->consent = day; w->touched_t[w->n_touched] = t; w->touched_p[w->n_touched++] = p; break;
    case SUSPEND:
        r->claim = 1;
        if (days) effect(w, day + days, t, p, DUE_SUSPENSION, r->epoch); else suspend(w, day, t, p);
        break;
    case RESUME: r->claim = 0; r->epoch++; break;
    case LEAVE: {
        const int64_t *terms = s->treaties + t * T_SIZE;
        r->exit_due = first_day(s, terms[T_NOTICE], terms[T_NOTICE_N], day);
        instrument(w, t)->leaving |= 1ull << p;
        effect(w, r->exit_due, t, p, DUE_EXIT, 0);
        break; }
    case REVOKE: r->exit_due = -1; w->tr[t].leaving &= ~(1ull << p); break;
    default: break;
    }
    const int64_t cause = (2 * s->T + t) * 7 + a;
    if (waits(s, cause, p)) {
        if (!w->act_n[m * 7 + a]) w->dirty_act[w->n_act++] = m * 7 + a;
        const uint32_t n = ++w->act_n[m * 7 + a];
        react(w, day, cause, p, key ? key : s->act_keys[m * 7 + a], key ? 0 : n);
    }
    if (after >= 0) became(w, day, t, p, after, nth);
}
static void enter(ws_t *w, int day, int t) {
    const int late_after = w->s->treaties[t * T_SIZE + T_LATE_AFTER];
    treaty_becomes(w, day, t, ALIVE);
    w->tr[t].entered = day;
    const int last = late_after ? w->tr[t].met : day;
    for (uint64_t z = w->tr[t].who[RATIFIED]; z; z &= z - 1) {
        const int p = __builtin_ctzll(z);
        if (w->rel[t * w->s->P + p].consent <= last) bind(w, day, t, p); else late(w, day, t, p);
    }
}
static void due(ws_t *w, int day, const item_t *it) {
    const int t = it->code, p = it->party; rel_t *r = &w->rel[t * w->s->P + p];
    switch (it->kind) {
    case DUE_ENTRY: if (w->tr[t].due == day && w->tr[t].status == OPEN) enter(w, day, t); break;
    case DUE_PARTY: if (r->entry_due == day && w->tr[t].status == ALIVE) bind(w, day, t, p); break;
    case DUE_SUSPENSION: if (r->claim && r->epoch == it->epoch) suspend(w, day, t, p); break;
    default:
        if (r->exit_due != day) break;
        move(w, day, t, p, WITHDRAWN); close_pair(w, t, p);
        if (!w->n_exits || w->exits[w->n_exits - 1] != t) w->exits[w->n_exits++] = t;
    }
}
static inline void change(ws_t *w, int v, int by) {
    const int64_t *b = w->s->variables + v * 3; const int64_t x = w->var[v] + by;
    w->var[v] = x < b[1] ? b[1] : x > b[2] ? b[2] : x;
}
static void carry_out(ws_t *w, int day, const item_t *it) {
    const rule_t *u = &w->rules[it->code];
    for (const clause_t *c = u->still; c < u->still_end; c++)
        if (c->op <= C_PENDING ? !(having(w, c) >> it->party & 1) : !holds(w, c, day, it->subject)) { w->refused++; return; }
    for (const int64_t *a = u->actions; a < u->actions_end; a += 3) {
        if (a[0] < 0) change(w, a[1], a[2]); else act(w, day, a[1], it->party, a[0], a[2], 0);
    }
}
static void scripted(ws_t *w, const int64_t *e) {       /* day, phase, then the fields of an event or an act */
    if (e[1] == 0) treaty_becomes(w, e[0], e[2], OPEN);
    else if (e[1] == 2) {
        w->kind_day[e[2]] = e[0];
        for (int64_t i = e[5]; i < e[6]; i++) change(w, w->s->sets[i * 2], w->s->sets[i * 2 + 1]);
        react(w, e[0], w->s->T * 21 + e[2], -1, e[3], e[4]);
    } else act(w, e[0], e[2], e[3], e[4], e[5], e[6]);
}
static void settle(ws_t *w, int day) {
    const scn_t *s = w->s; uint8_t *ps = w->touched_p; uint16_t *ts = w->touched_t;
    for (int i = 1; i < w->n_touched; i++) {            /* by treaty, then by party: what happens does not hang on it */
        const int t = ts[i], p = ps[i]; int j = i;
        for (; j && (ts[j - 1] > t || (ts[j - 1] == t && ps[j - 1] > p)); j--) { ts[j] = ts[j - 1]; ps[j] = ps[j - 1]; }
        ts[j] = t; ps[j] = p;
    }
    for (int i = 0; i < w->n_touched; i++) {
        const int t = ts[i], p = ps[i]; treaty_t *x = &w->tr[t]; const int64_t *terms = s->treaties + t * T_SIZE;
        if (x->status == OPEN && x->met < 0) {
            const uint64_t z = x->who[RATIFIED] | x->who[IN_FORCE] | x->who[SUSPENDED];
            if (__builtin_popcountll(z) < terms[T_NUMBER] || ((uint64_t)terms[T_NAMED] & ~z)) continue;
            x->met = day; x->due = first_day(s, terms[T_ENTRY], terms[T_ENTRY_N], day);
            if (x->due < terms[T_ENTRY_FLOOR]) x->due = terms[T_ENTRY_FLOOR];
            effect(w, x->due, t, -1, DUE_ENTRY, 0);
        } else if (x->entered >= 0) {
            const rel_t *r = &w->rel[t * s->P + p];
            if (r->status == RATIFIED && r->entry_due < 0) late(w, day, t, p);
        }
    }
    w->n_touched = 0;
    for (int i = 0; i < w->n_exits; i++) {
        const int t = w->exits[i]; treaty_t *x = &w->tr[t]; const int64_t least = s->treaties[t * T_SIZE + T_FLOOR];
        const int left = __builtin_popcountll(x->who[IN_FORCE] | x->who[SUSPENDED]);
        if (x->status != ALIVE || left >= (least < 2 ? 2 : least)) continue;
        treaty_becomes(w, day, t, ENDED);
        for (int p = 0; p < s->P; p++) {
            if ((x->who[IN_FORCE] | x->who[SUSPENDED]) >> p & 1) move(w, day, t, p, TERMINATED);
            close_pair(w, t, p);
        }
    }
    w->n_exits = 0;
}
static int before(const item_t *a, const item_t *b) {   /* by content; numbers of an occurrence compare as texts */
    if (a->key != b->key) return a->key < b->key;
    if (a->what != b->what) return a->what < b->what;
    uint64_t x = a->nth, y = b->nth, i = 1, j = 1;
    while (i <= x / 10) i *= 10;
    while (j <= y / 10) j *= 10;
    for (; i && j; i /= 10, j /= 10) if (x / i % 10 != y / j % 10) return x / i % 10 < y / j % 10;
    return i < j;
}
static int gather(ws_t *w, int day) {
    int n = 0;
    for (uint32_t i = w->head[day]; i != UINT32_MAX; i = w->pool[i].next) {
        int j = n++;
        for (; j && before(&w->pool[i], &w->pool[w->today[j - 1]]); j--) w->today[j] = w->today[j - 1];
        w->today[j] = i;
    }
    const int q = day >> 6;
    w->bits[q] &= ~(1ull << (day & 63));
    if (!w->bits[q]) w->sum[q >> 6] &= ~(1ull << (q & 63));
    return n;
}
static int next_day(const ws_t *w, int from) {
    int q = from >> 6, k;
    const uint64_t b = w->bits[q] & ~0ull << (from & 63);
    if (b || ++q * 64 >= w->s->H) return b ? q * 64 + __builtin_ctzll(b) : INT32_MAX;
    uint64_t z = w->sum[k = q >> 6] & ~0ull << (q & 63);
    while (!z) { if (++k * 4096 >= w->s->H) return INT32_MAX; z = w->sum[k]; }
    q = k * 64 + __builtin_ctzll(z);
    return q * 64 + __builtin_ctzll(w->bits[q]);
}
static void run(ws_t *w, uint64_t seed, uint64_t replication) {
    const scn_t *s = w->s; const int64_t *e = s->script, *end = e + s->n_static * 7;
    w->start = mix(mix(seed + GOLDEN) ^ (replication * GOLDEN));
    for (int day = 0; !w->error;) {
        const int dynamic = day < s->H ? next_day(w, day) : INT32_MAX;
        day = e < end && e[0] < dynamic ? (int)e[0] : dynamic;
        if (day == INT32_MAX) break;
        const int n = day == dynamic ? gather(w, day) : 0; int i = 0;
        for (; e < end && e[0] == day && e[1] == 0; e += 7) scripted(w, e);
        for (; i < n && w->pool[w->today[i]].kind < OWED; i++) due(w, day, &w->pool[w->today[i]]);
        for (; e < end && e[0] == day; e += 7) scripted(w, e);
        for (; i < n; i++) carry_out(w, day, &w->pool[w->today[i]]);
        if (w->n_touched || w->n_exits) settle(w, day);
        day++;
    }
}
