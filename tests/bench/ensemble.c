/* Many runs of engine.c: prepares the memory of one worker, runs, adds each run to a tally, and undoes it. The folds and
   the sizes (changes, refusals, memberships at the end) of each run are written where they are asked for. */
#include "engine.c"

static clause_t clause_of(const int64_t *row) {
    clause_t c; memset(&c, 0, sizeof c);
    c.op = row[0]; c.code = row[1]; c.parties = row[2]; c.words = row[3]; c.low = row[4]; c.high = row[5];
    for (int x = 0; x < 7; x++) if (c.words >> x & 1) c.st[c.n++] = x;
    return c;
}
static void prepare_rules(ws_t *w, const int64_t n_clauses, const int64_t n_cases) {
    const scn_t *s = w->s;
    w->clauses = calloc(n_clauses + 1, sizeof(clause_t)); w->cases = calloc(n_cases + 1, sizeof(case_t));
    w->rules = calloc(s->R, sizeof(rule_t));
    for (int i = 0; i < n_clauses; i++) w->clauses[i] = clause_of(s->clauses + i * 6);
    for (int i = 0; i < n_cases; i++)
        w->cases[i] = (case_t){ s->cases[i * 3 + 2], s->cases[i * 3], s->cases[i * 3 + 1] };
    for (int r = 0; r < s->R; r++) {
        const int64_t *row = s->rules + r * R_SIZE; rule_t *u = &w->rules[r];
        u->members = row[R_MEMBERS]; u->id = r; u->delay = row[R_DELAY]; u->delay_n = row[R_DELAY_N];
        u->site = s->sites + r * 64;
        u->key = 1ull << 63 | (uint64_t)row[R_ORDER] << 32 | (uint64_t)row[R_RANK] << 8;
        u->common = w->clauses + row[R_COMMON]; u->common_end = w->clauses + row[R_COMMON_END];
        u->own = w->clauses + row[R_OWN]; u->own_end = w->clauses + row[R_OWN_END];
        u->still = w->clauses + row[R_STILL]; u->still_end = w->clauses + row[R_STILL_END];
        u->cases = w->cases + row[R_CASES]; u->cases_end = w->cases + row[R_CASES_END];
        u->actions = s->actions + row[R_ACTIONS] * 3; u->actions_end = s->actions + row[R_ACTIONS_END] * 3;
    }
}
static const rel_t NOBODY = { .entry_due = -1, .exit_due = -1 };

static ws_t *ws_new(const scn_t *s, int64_t n_clauses, int64_t n_cases) {
    ws_t *w = calloc(1, sizeof *w); const int64_t M = s->P * s->T;
    w->s = s; prepare_rules(w, n_clauses, n_cases);
    w->rel = aligned_alloc(64, (M * sizeof(rel_t) + 63) / 64 * 64);
    for (int64_t m = 0; m < M; m++) w->rel[m] = NOBODY;
    w->first = calloc(s->T, sizeof(treaty_t)); w->tr = calloc(s->T, sizeof(treaty_t));
    for (int t = 0; t < s->T; t++) {
        treaty_t *x = &w->first[t];
        x->who[NON_PARTY] = s->P == 64 ? ~0ull : (1ull << s->P) - 1;
        x->met = x->due = x->entered = -1; x->status = s->treaties[t * T_SIZE + T_OPENS] >= 0 ? NEGOTIATED : OPEN;
        w->tr[t] = *x;
    }
    w->var = calloc(s->V + 1, 4); w->kind_day = calloc(s->K + 1, 4); w->act_n = calloc(M * 7, 2);
    w->dirty_rel = calloc(M, 4); w->dirty_act = calloc(M * 7, 4); w->dirty_tr = calloc(s->T, 2);
    w->fired = calloc(s->R, 4); w->dirty_fired = calloc(s->R, 2); w->bound = calloc(s->T, 4);
    w->touched_t = calloc(MANY, 2); w->touched_p = calloc(MANY, 1); w->exits = calloc(MANY, 2);
    w->pool = calloc(MANY, sizeof(item_t)); w->head = calloc(s->H, 4); w->today = calloc(MANY, 4);
    w->bits = calloc(s->H / 64 + 65, 8); w->sum = calloc(s->H / 4096 + 2, 8); w->log = calloc(MANY, sizeof(log_t));
    return w;
}
static void ws_free(ws_t *w) {
    void *all[] = { w->clauses, w->cases, w->rules, w->rel, w->first, w->tr, w->var, w->kind_day, w->act_n, w->dirty_rel,
                    w->dirty_act, w->dirty_tr, w->touched_t, w->touched_p, w->exits, w->pool, w->head, w->today, w->bits,
                    w->sum, w->log, w->fired, w->dirty_fired, w->bound, w };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}
static void undo(ws_t *w) {
    for (int i = 0; i < w->n_rel; i++) w->rel[w->dirty_rel[i]] = NOBODY;
    for (int i = 0; i < w->n_act; i++) w->act_n[w->dirty_act[i]] = 0;
    for (int i = 0; i < w->n_tr; i++) { w->tr[w->dirty_tr[i]] = w->first[w->dirty_tr[i]]; w->bound[w->dirty_tr[i]] = 0; }
    for (int i = 0; i < w->n_fired; i++) w->fired[w->dirty_fired[i]] = 0;
#ifdef COUNTER_KEYS
    for (int r = 0; r < w->s->R; r++) w->rules[r].times = 0;
#endif
    for (int v = 0; v < w->s->V; v++) w->var[v] = w->s->variables[v * 3];
    for (int k = 0; k < w->s->K; k++) w->kind_day[k] = -1;
    w->n_rel = w->n_act = w->n_tr = w->n_touched = w->n_exits = w->n_fired = w->refused = w->n_log = w->n_pool = 0;
}
typedef struct { int32_t *pairs, *treaties, *bound; int64_t *asked, *fired, *runs_fired, *sums, *squares; } tally_t;

/* Adds one run to the arrays of simulator/results/tally.py. */
static void count(ws_t *w, const tally_t *y, const int64_t B) {
    const scn_t *s = w->s; const int64_t row = (s->P + 1) * B;
    for (int k = 0; k < w->n_log; k++) {
        const log_t l = w->log[k]; const int month = s->months[l.day];
        int32_t *c = l.party < 0 ? y->treaties + l.treaty * 7 * B : y->pairs + (int64_t)(l.treaty * s->P + l.party) * 7 * B;
        c[l.before * B + month]--; c[l.after * B + month]++;
        if (l.party < 0) continue;
        const int more = (l.after == IN_FORCE || l.after == SUSPENDED) - (l.before == IN_FORCE || l.before == SUSPENDED);
        if (!more) continue;
        int32_t *b = y->bound + l.treaty * row + month;
        b[w->bound[l.treaty] * B]--; w->bound[l.treaty] += more; b[w->bound[l.treaty] * B]++;
    }
    for (int i = 0; i < w->n_fired; i++) {
        const int r = w->dirty_fired[i];
        y->fired[r] += w->fired[r]; y->runs_fired[r]++;
    }
    for (int v = 0; v < s->V; v++) { const int64_t x = w->var[v]; y->sums[v] += x; y->squares[v] += x * x; }
}
/* Returns 0, or 1 if a run needed more memory than there is. Without `tally` nothing is counted but the totals. */
int run_ensemble(const scn_t *s, int64_t n_clauses, int64_t n_cases, uint64_t seed, int64_t first, int64_t n,
                 const tally_t *tally, int64_t *totals, uint64_t *folds, int64_t *sizes) {
    ws_t *w = ws_new(s, n_clauses, n_cases); const int64_t B = s->months[s->H - 1] + 1; int error;
    int64_t *asked = calloc(s->R, 8);
    w->asked = tally ? tally->asked : asked;
    undo(w);
    for (int64_t i = 0; i < n && !w->error; i++) {
        run(w, seed, first + i);
        if (folds) {
            uint64_t h = 0xCBF29CE484222325ull;
            for (int k = 0; k < w->n_log; k++) {
                const log_t l = w->log[k];
                h ^= (uint64_t)l.day << 32 | (uint64_t)l.treaty << 16 | (uint64_t)(l.party + 1) << 8 | l.before << 4 | l.after;
                h *= 0x100000001B3ull;
            }
            folds[i] = h; sizes[i * 3] = w->n_log; sizes[i * 3 + 1] = w->refused; sizes[i * 3 + 2] = 0;
            for (int t = 0; t < s->T; t++) sizes[i * 3 + 2] += __builtin_popcountll(w->tr[t].who[IN_FORCE] | w->tr[t].who[SUSPENDED]);
        }
        if (tally) count(w, tally, B);
        totals[0] += w->n_log; totals[1] += w->refused; totals[2] += w->n_pool;
        undo(w);
    }
    error = w->error;
    free(asked); ws_free(w);
    return error;
}
