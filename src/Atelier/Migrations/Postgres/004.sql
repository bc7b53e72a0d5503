-- Credits: a double-entry ledger. Transactions and their entries are only ever added; the balances are their sums, kept beside them.

-- What a generation holds while it is unfinished and has cost once it is completed, and how often it was held for.
ALTER TABLE generations ADD COLUMN credits BIGINT NOT NULL DEFAULT 0 CHECK (credits >= 0);
ALTER TABLE generations ADD COLUMN holds INTEGER NOT NULL DEFAULT 0;

-- The key makes repeating harmless: hold:GENERATION:N, capture:GENERATION:N, welcome:ACCOUNT …
CREATE TABLE ledger_transactions (
    id             TEXT PRIMARY KEY,
    key            TEXT NOT NULL UNIQUE,
    kind           TEXT NOT NULL CHECK (kind IN ('welcome', 'grant', 'take', 'hold', 'capture', 'release', 'expire', 'waive')),
    account_id     TEXT NOT NULL,
    generation_id  TEXT,
    actor          TEXT NOT NULL,
    note           TEXT NOT NULL DEFAULT '',
    created_at     BIGINT NOT NULL
);
CREATE INDEX ledger_transactions_by_account ON ledger_transactions (account_id, id);

-- The entries of every transaction sum to zero.
CREATE TABLE ledger_entries (
    transaction_id  TEXT NOT NULL REFERENCES ledger_transactions (id),
    line            INTEGER NOT NULL,
    account         TEXT NOT NULL,
    amount          BIGINT NOT NULL CHECK (amount <> 0),
    lot_id          TEXT,
    PRIMARY KEY (transaction_id, line)
);

-- One row for each person: who spends locks it. What is spendable never falls below zero, whatever the code believes.
CREATE TABLE credit_balances (
    account_id  TEXT PRIMARY KEY,
    credit      BIGINT NOT NULL DEFAULT 0 CHECK (credit >= 0),
    bonus       BIGINT NOT NULL DEFAULT 0 CHECK (bonus >= 0),
    held        BIGINT NOT NULL DEFAULT 0 CHECK (held >= 0)
);

-- Bonus credits that came together and expire together.
CREATE TABLE credit_lots (
    id          TEXT PRIMARY KEY,
    account_id  TEXT NOT NULL,
    remaining   BIGINT NOT NULL CHECK (remaining >= 0),
    expires_at  BIGINT
);
CREATE INDEX credit_lots_by_account ON credit_lots (account_id) WHERE remaining > 0;
CREATE INDEX credit_lots_by_end ON credit_lots (expires_at) WHERE remaining > 0 AND expires_at IS NOT NULL;

-- What the operator decided about a model at run time; null leaves it to the catalogue.
CREATE TABLE model_settings (
    model    TEXT PRIMARY KEY,
    enabled  BOOLEAN,
    credits  BIGINT CHECK (credits >= 0)
);
