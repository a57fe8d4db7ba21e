-- title: Table Bloat
-- level: INFO
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: A table takes many times the space that its rows should need, by the planner's statistics.
-- remediation: Run VACUUM FULL or CLUSTER (they lock the table), and have autovacuum come more often.
-- fresh: quiet
with widths as (
  select s.schemaname, s.tablename,
         sum((1 - s.null_frac) * s.avg_width)::numeric as data,
         max(s.null_frac)::numeric as most_null,
         count(*) filter (where s.null_frac <> 0) as nullable
  from pg_stats s
  group by s.schemaname, s.tablename
),
-- A row's header takes 23 bytes, one more and one for each eight columns where any is NULL; parts begin at multiples of 4.
rows as (
  select w.schemaname, w.tablename,
         ceil((w.data + 24) / 4) * 4 + w.most_null * ceil((24 + w.nullable / 8) / 4.0) * 4 + 4 as bytes
  from widths w
),
pages as (
  select n.nspname, c.relname, c.relpages, current_setting('block_size')::int as block,
         ceil(c.reltuples::numeric * r.bytes / (current_setting('block_size')::int - 20)) as needed
  from rows r
  join pg_namespace n on n.nspname = r.schemaname
  join pg_class c on c.relnamespace = n.oid and c.relname = r.tablename
  join pg_am a on a.oid = c.relam and a.amname = 'heap'
  where c.relkind = 'r' and c.reltuples >= 0 and n.nspname <> 'information_schema'
)
select format('table %s.%s takes %s pages and should need %s', nspname, relname, relpages, needed) as detail,
       jsonb_build_object('schema', nspname, 'name', relname, 'type', 'table') as metadata,
       format('table_bloat_%s_%s', nspname, relname) as cache_key,
       'table' as kind,
       :id(nspname) || '.' || :id(relname) as identity
from pages
where needed > 0 and round(relpages / needed, 1) > 70 and block * (relpages - needed) > 20 * 1024 * 1024
