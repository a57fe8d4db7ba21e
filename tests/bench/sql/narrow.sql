-- A narrow table of events. :rows is a number of rows.
create table events (
    id bigint primary key,
    kind text not null,
    amount numeric(12, 2) not null,
    created_at timestamptz not null
);
insert into events
select n, 'kind.' || n % 7, (hashint8extended(n, 3) & 16777215) / 100.0, timestamptz '2024-01-01 00:00:00+00' + n * interval '1.000123 seconds'
from generate_series(1, :rows) n;
