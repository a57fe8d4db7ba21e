-- Workload W, made from hashes of row numbers: the same on every server and in every run. :events and :embeddings are numbers of rows.
create extension if not exists vector;

create table accounts (
    id uuid primary key,
    name text not null
);
insert into accounts select md5('account ' || n)::uuid, 'Account ' || n from generate_series(1, 1000) n;

create table events (
    id bigint primary key,
    account_id uuid not null,
    kind text not null,
    payload jsonb not null,
    amount numeric(12, 2) not null,
    note text,
    created_at timestamptz not null,
    active boolean not null
);
insert into events
select
    n,
    md5('account ' || (1 + (hashint8extended(n, 1) & 1048575) % 1000))::uuid,
    'kind.' || (array['created', 'viewed', 'booked', 'paid', 'cancelled', 'refunded'])[1 + (hashint8extended(n, 2) & 1048575) % 6],
    jsonb_build_object(
        'session', md5('session ' || n / 7), 'page', '/rooms/' || n % 997, 'step', n % 13, 'total', round(n % 100000 / 100.0, 2), 'mobile', n % 3 = 0
    ),
    (hashint8extended(n, 3) & 16777215) / 100.0,
    case when n % 4 > 0 then 'note ' || md5('note ' || n) end,
    timestamptz '2024-01-01 00:00:00+00' + n * interval '17.000123 seconds',
    n % 5 > 0
from generate_series(1, :events) n;

create table embeddings (
    id uuid primary key,
    content text not null,
    large vector(3072) not null,
    medium vector(1536) not null,
    small vector(1024) not null
);
-- Every vector is a chain of pieces out of a pool: cheap to make, no two rows alike, and with elements about as large as a unit vector's.
create temporary table pool as
select p as number, array_agg(((hashint8extended(p * 512 + d, 4) & 16777215) / 16777215.0 - 0.5) * 0.06 order by d)::vector(512) as piece
from generate_series(0::bigint, 2047) p, generate_series(1, 512) d
group by p;
create index on pool (number);
analyze pool;
insert into embeddings
select
    md5('embedding ' || n)::uuid,
    'Passage ' || n || ': ' || md5('passage ' || n),
    pieces[1] || pieces[2] || pieces[3] || pieces[4] || pieces[5] || pieces[6],
    pieces[2] || pieces[4] || pieces[6],
    pieces[1] || pieces[3]
from generate_series(1, :embeddings) n
cross join lateral (
    select array_agg(pool.piece order by slot) as pieces
    from generate_series(1, 6) slot
    join pool on pool.number = hashint8extended(n * 6 + slot, 5) & 2047
) chosen;
drop table pool;

create index events_account_id on events (account_id);
create index events_created_at on events (created_at);
alter table events add foreign key (account_id) references accounts (id);
