-- Somebody else may have made the schema for a role that may not.
do $$
begin
    if to_regnamespace('pgrehearse') is null then
        create schema pgrehearse;
        revoke all on schema pgrehearse from public;
        comment on schema pgrehearse
            is 'pg-rehearse: what its copies have done here; may be dropped when none is under way';
    end if;
end $$;
-- One row a copy.
create table if not exists pgrehearse.run (
    id bigint generated always as identity primary key,
    started timestamptz not null default clock_timestamp(),
    -- Null while it is under way, or was cut off.
    ended timestamptz,
    -- A digest of what is copied into what; another one cannot resume the run.
    plan text not null,
    -- The source's exported snapshot, and how often the run has taken a new one.
    snapshot text not null,
    attempt int not null default 1,
    -- Whether rows come in as a replica's.
    replica boolean not null
);
-- One copy at a time: of two that begin at once, one is refused.
create unique index if not exists run_under_way on pgrehearse.run ((true)) where ended is null;
-- What is to be done, in parts that are committed whole with their mark.
create table if not exists pgrehearse.task (
    run bigint not null references pgrehearse.run on delete cascade,
    number int not null,
    -- Which snapshot of the run it was made for; others may be claimed by nobody.
    attempt int not null,
    -- Lower ones first, then the heavier.
    rank int not null,
    weight bigint not null,
    -- Tasks that must be done before.
    needs int[] not null,
    -- The relation, as people read it; null where there are several.
    relation text,
    work jsonb not null,
    started timestamptz,
    done timestamptz,
    -- Rows and bytes of each relation that came in.
    moved jsonb,
    primary key (run, number)
);
-- Indexes and constraints that were removed for the copy, with what brings them back. Rows go when they are back.
create table if not exists pgrehearse.set_aside (
    number int generated always as identity primary key,
    kind text not null,
    relation text not null,
    name text not null,
    -- Statements that bring it back, in order; what completes it where that is a step of its own.
    rebuild text[] not null,
    completion text
);
-- Large objects that copies have made. Rows go with them.
create table if not exists pgrehearse.large_object (id bigint primary key);
-- The migration day that has written here last.
create table if not exists pgrehearse.day (
    id text primary key,
    -- Where it was begun, and where its files are there.
    host text not null,
    folder text not null,
    -- What its source is called.
    source text not null,
    started timestamptz not null default clock_timestamp(),
    -- Null while it is under way, waits for a person or was cut off.
    ended timestamptz,
    ending text
);
create unique index if not exists day_under_way on pgrehearse.day ((true)) where ended is null;
