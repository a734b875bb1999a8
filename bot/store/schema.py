"""The tables of the first version, as SQL. Never edited: later versions are further migrations.

Moments are ISO 8601 in UTC with microseconds (fixed width, so they sort), days `YYYY-MM-DD`, lists
JSON. `STRICT` holds every column to its type.
"""

from typing import Final

# `papers` is the paper itself and the tombstone that pruning leaves: what was announced of it
# (versions, highest, categories) is written here when it is announced and never deleted. `number`
# is what the ledger, by far the longest table, calls a paper. `indexed`: whether the version's
# words are in `paper_words`; none for one that was never announced, because nobody looks for it.
_PAPERS: Final = """
CREATE TABLE papers(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  published TEXT,
  versions TEXT NOT NULL DEFAULT '[]',
  highest INTEGER NOT NULL DEFAULT 0,
  categories TEXT NOT NULL DEFAULT '[]',
  used TEXT NOT NULL
) STRICT;

CREATE TABLE paper_versions(
  id INTEGER PRIMARY KEY,
  paper TEXT NOT NULL REFERENCES papers(id),
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  abstract TEXT NOT NULL,
  authors TEXT NOT NULL,
  categories TEXT NOT NULL,
  comment TEXT,
  journal_ref TEXT,
  doi TEXT,
  updated TEXT,
  indexed INTEGER,
  UNIQUE(paper, version)
) STRICT;
CREATE INDEX paper_versions_unindexed ON paper_versions(id) WHERE indexed = 0;

CREATE VIEW known_papers AS
  SELECT v.paper, v.title, v.abstract, v.version, v.authors, v.categories, v.comment,
    v.journal_ref, v.doi, p.published, v.updated, v.id AS version_row, v.indexed
  FROM paper_versions v JOIN papers p ON p.id = v.paper;

CREATE VIRTUAL TABLE paper_words USING fts5(
  words, detail = none, columnsize = 0, tokenize = 'ascii'
);
"""

# `kind` is 'late' for what was enriched after its batch settled; `repeats` then says as what kind
# it is filtered.
_ANNOUNCEMENTS: Final = """
CREATE TABLE batches(
  day TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  first_read TEXT,
  settled_at TEXT,
  papers INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE announcements(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  batch TEXT NOT NULL REFERENCES batches(day),
  paper TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('new', 'cross', 'replace', 'late')),
  repeats TEXT NOT NULL DEFAULT '',
  cats TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL,
  UNIQUE(paper, version, kind, cats),
  FOREIGN KEY(paper, version) REFERENCES paper_versions(paper, version)
) STRICT;
CREATE INDEX announcements_batch ON announcements(batch, seq);

CREATE VIEW announced_papers AS
  SELECT k.*, a.seq, a.batch, a.kind, a.repeats, a.cats, a.source
  FROM announcements a JOIN known_papers k ON k.paper = a.paper AND k.version = a.version;

CREATE TABLE feeds(
  feed TEXT PRIMARY KEY,
  etag TEXT NOT NULL,
  modified TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# A subscription's schedule, zone and last slot are its group: what falls due together shares one
# row, and planning a slot moves its members to the next group by writing one number each.
_SUBSCRIPTIONS: Final = """
CREATE TABLE destinations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  density TEXT NOT NULL,
  is_person INTEGER NOT NULL,
  suspended TEXT NOT NULL DEFAULT '',
  creator TEXT NOT NULL DEFAULT '',
  last_platform_id TEXT NOT NULL DEFAULT '',
  tell_empty INTEGER NOT NULL DEFAULT 0,
  exclude TEXT NOT NULL DEFAULT '',
  skip_shown_at INTEGER REFERENCES destinations(id) ON DELETE SET NULL,
  next_number INTEGER NOT NULL DEFAULT 1,
  UNIQUE(platform, account, address)
) STRICT;
CREATE INDEX destinations_suspended ON destinations(id) WHERE suspended <> '';
CREATE INDEX destinations_skip ON destinations(skip_shown_at) WHERE skip_shown_at IS NOT NULL;

CREATE VIEW known_places AS
  SELECT d.platform, d.account, d.address, d.name, d.zone, d.density, d.is_person, d.suspended,
    d.creator, d.last_platform_id, d.tell_empty, d.exclude,
    s.platform AS skip_platform, s.account AS skip_account, s.address AS skip_address, d.id
  FROM destinations d LEFT JOIN destinations s ON s.id = d.skip_shown_at;

CREATE TABLE topics(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE due_groups(
  id INTEGER PRIMARY KEY,
  schedule TEXT NOT NULL,
  zone TEXT NOT NULL,
  last_slot TEXT NOT NULL,
  paused_until TEXT NOT NULL,
  UNIQUE(schedule, zone, last_slot, paused_until)
) STRICT;

CREATE TABLE subscriptions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  destination INTEGER NOT NULL REFERENCES destinations(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  topic INTEGER NOT NULL REFERENCES topics(id),
  label TEXT NOT NULL,
  due_group INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  kinds TEXT NOT NULL,
  updates INTEGER NOT NULL DEFAULT 0,
  creator TEXT NOT NULL DEFAULT '',
  editor TEXT NOT NULL DEFAULT '',
  created TEXT,
  paused INTEGER NOT NULL DEFAULT 0,
  paused_until TEXT,
  removed INTEGER NOT NULL DEFAULT 0,
  first_done INTEGER NOT NULL DEFAULT 0,
  UNIQUE(destination, number)
) STRICT;
CREATE INDEX subscriptions_topic ON subscriptions(topic);
CREATE INDEX subscriptions_due
  ON subscriptions(due_group, removed, paused, paused_until, destination);

CREATE VIEW known_subscriptions AS
  SELECT s.destination, s.number, t.text AS topic, s.label, g.schedule, g.zone, s.cursor, s.kinds,
    s.updates, s.creator, s.editor, s.created, s.paused, s.paused_until, s.removed, s.first_done,
    g.last_slot, s.id, s.due_group
  FROM subscriptions s JOIN topics t ON t.id = s.topic JOIN due_groups g ON g.id = s.due_group;
"""

# `digests.done`: no step is left that the worker could take by itself. `first_round` counts how
# often it was taken back to be opened anew: no key is ever used for two bodies. `owing` tells the
# destinations with steps, so that "what next?" never reads the whole outbox: `due` is the oldest
# promise, `wake` the moment before which there is nothing to do ('' for now).
# The ledger is ordered by paper: a day writes and asks for a few papers of many destinations.
# A digest's items are frozen and read together, so they are one JSON text: as rows of their own,
# 100,000 digests took a second longer to write. The view `digest_items` shows them as rows.
# The three numbers that are written most (a subscription's group, the ledger's paper and
# destination) have no foreign key: its checks took a sixth of the time. Each has one place that
# deletes what they point to.
_OUTBOX: Final = """
CREATE TABLE digests(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  destination INTEGER NOT NULL REFERENCES destinations(id) ON DELETE CASCADE,
  slot TEXT NOT NULL,
  due TEXT NOT NULL,
  planned_at TEXT NOT NULL,
  opened_at TEXT,
  heading TEXT NOT NULL,
  items TEXT NOT NULL,
  shown INTEGER NOT NULL,
  first_round INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  UNIQUE(destination, slot)
) STRICT;
CREATE INDEX digests_undone ON digests(destination, id) WHERE done = 0;

CREATE VIEW digest_items AS
  SELECT g.id AS digest, j.key AS pos, j.value ->> 'paper' AS paper,
    j.value ->> 'version' AS version, j.value ->> 'kind' AS kind,
    j.value -> 'subscriptions' AS subscriptions, j.value -> 'because' AS because,
    j.value ->> 'update' AS is_update
  FROM digests g, json_each(g.items) j;

CREATE TABLE digest_topics(
  subscription INTEGER NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL CHECK(to_seq > from_seq),
  digest INTEGER NOT NULL,
  PRIMARY KEY(subscription, from_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries(
  digest INTEGER NOT NULL REFERENCES digests(id) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  round INTEGER NOT NULL,
  key TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  plain TEXT NOT NULL,
  reply INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT,
  started_at TEXT,
  settled_at TEXT,
  platform_id TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(digest, part, round)
) STRICT;
CREATE INDEX deliveries_unsettled ON deliveries(state) WHERE state NOT IN ('sent', 'dismissed');

CREATE VIEW known_deliveries AS
  SELECT v.digest, v.part, v.round, v.key, v.state, d.platform, d.account, d.address, v.body,
    v.plain, v.reply,
    iif(v.reply, (SELECT p.platform_id FROM deliveries p WHERE p.digest = v.digest AND p.part = 0
      AND p.state = 'sent' ORDER BY p.round DESC LIMIT 1), NULL) AS parent,
    v.attempts, v.not_before, v.started_at, v.platform_id, v.reason,
    v.settled_at, g.destination, g.slot, g.heading, g.planned_at, g.first_round
  FROM deliveries v JOIN digests g ON g.id = v.digest JOIN destinations d ON d.id = g.destination;

CREATE TABLE ledger(
  paper INTEGER NOT NULL,
  destination INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY(paper, destination)
) STRICT, WITHOUT ROWID;

CREATE TABLE owing(
  destination INTEGER PRIMARY KEY REFERENCES destinations(id) ON DELETE CASCADE,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  due TEXT NOT NULL,
  wake TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX owing_first ON owing(platform, account, due, destination, wake);
"""

_PEOPLE: Final = """
CREATE TABLE people(
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  zone TEXT NOT NULL,
  PRIMARY KEY(platform, account, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved(
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  person TEXT NOT NULL,
  paper TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY(platform, account, person, paper)
) STRICT, WITHOUT ROWID;
CREATE INDEX saved_paper ON saved(paper);

CREATE TABLE audit(
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  destination INTEGER REFERENCES destinations(id) ON DELETE SET NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX audit_actor ON audit(actor);
CREATE INDEX audit_destination ON audit(destination);
"""

# `starts` has one row: which start of the program wrote last, and how many sends it has begun.
_LANE: Final = """
CREATE TABLE lane(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  last_end TEXT,
  stopped_until TEXT,
  strikes INTEGER NOT NULL,
  unreachable_since TEXT
) STRICT;

CREATE TABLE marks(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE starts(
  id INTEGER PRIMARY KEY CHECK(id = 1),
  token TEXT NOT NULL,
  claims INTEGER NOT NULL
) STRICT;
INSERT INTO starts VALUES (1, '', 0);
"""

FIRST: Final = (_PAPERS, _ANNOUNCEMENTS, _SUBSCRIPTIONS, _OUTBOX, _PEOPLE, _LANE)
