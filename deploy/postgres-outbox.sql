-- The outbox that `sosie-indexer` reads changes of events from. PostgreSQL 13 or later.
--
-- The platform writes a row to it in the transaction that changes the event, so that both are there or neither is.
-- Rows are read when their transaction is over, and every one that began before it: late commits are not skipped, and a
-- long transaction that writes anywhere in the cluster holds rows back while it runs (the log tells the lag).
--
-- What the platform has to do, for the last state of each event to be the last one here:
--   1. change the event's own row first (update, insert or `select … for update`), which locks it;
--   2. then insert into the outbox, in the same transaction, without naming `seq`, `xid` or `written_time`.
-- Of one event, `seq` then has the order of its changes, whatever order their transactions have.
--
-- What is in the outbox is kept until it is read; `written_time` is there for deleting what is some weeks old. When
-- personal data is erased (reason PERSONAL_DATA), the platform deletes the event's earlier rows here as well, once they
-- are read. In a database that was restored from a dump into another cluster the outbox has to be emptied: transactions
-- have other numbers there. The indexer refuses to go on in another cluster until its configuration names it.

create schema if not exists sosie;

create table sosie.outbox (
    -- The order of changes of one event. No cache: numbers are handed out one by one.
    seq bigint generated always as identity (cache 1) primary key,
    -- The transaction that wrote the row.
    xid xid8 not null default pg_current_xact_id(),
    written_time timestamptz not null default clock_timestamp(),
    event_id text not null,
    operation text not null check (operation in ('upsert', 'delete')),
    -- Why it is deleted.
    reason text check (reason in ('WITHDRAWN', 'DUPLICATE', 'TEST', 'PERSONAL_DATA')),
    -- The event as it is now, whole, in its JSON form (the README shows one). Its `event_id` is that of the row.
    payload jsonb,
    check ((operation = 'upsert') = (payload is not null)),
    check ((operation = 'delete') = (reason is not null))
);

-- The order of reading, and the changes of one event.
create index outbox_read_order on sosie.outbox (xid, seq);
create index outbox_event_order on sosie.outbox (event_id, seq);

-- Wakes the indexer at once; without it changes are found at the next look, half a second later. Leave it out where
-- very many transactions commit at a time: notifications are queued under one lock.
create function sosie.notify_outbox() returns trigger language plpgsql as $$
begin
    notify sosie_outbox;
    return null;
end
$$;

create trigger outbox_notify after insert on sosie.outbox
    for each statement execute function sosie.notify_outbox();

-- The two roles, to be given names of your own:
--   grant usage on schema sosie to indexer, platform;
--   grant select on sosie.outbox to indexer;
--   grant insert (event_id, operation, reason, payload) on sosie.outbox to platform;
