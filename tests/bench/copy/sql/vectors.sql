-- A table of passages and their vectors, made from hashes of numbers. :vectors is a number of rows, :dimensions of elements.
create extension if not exists vector;
create table passages (
    id bigint primary key,
    content text not null,
    embedding vector(:dimensions) not null
);
insert into passages
select n, 'Passage ' || n || ': ' || md5('passage ' || n), made.embedding
from generate_series(1, :vectors::bigint) n
cross join lateral (
    select array_agg((hashint8extended(n * 2000 + d, 6) & 16777215) / 16777215.0 - 0.5 order by d)::vector(:dimensions) as embedding
    from generate_series(1, :dimensions) d
) made;
