-- title: pgvector with a known bug
-- level: WARN
-- facing: EXTERNAL
-- categories: SECURITY, INTEGRITY
-- description: The installed version of pgvector has bugs that later ones have fixed: buffer overflows or damaged indexes.
-- remediation: Install the newest pgvector on the server, then run ALTER EXTENSION vector UPDATE.
with installed as (
  select e.extname, e.extversion, string_to_array(e.extversion, '.')::int[] as version
  from pg_extension e
  where e.extname = 'vector' and e.extversion ~ '^\d+(\.\d+)*$'
),
used as (
  select distinct am.amname
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_am am on am.oid = c.relam
),
bugs (since, fixed, method, bug) as (
  values
    ('{0,6,0}'::int[], '{0,8,2}'::int[], null, 'CVE-2026-3172: buffer overflow in parallel HNSW index builds (0.6.0 to 0.8.1)'),
    ('{0,5,0}'::int[], '{0,8,3}'::int[], 'hnsw', 'vacuuming may damage HNSW indexes (fixed in 0.8.3)'),
    ('{0,1,0}'::int[], '{0,8,7}'::int[], 'ivfflat', 'buffer overflow in IVFFlat index builds (fixed in 0.8.7)')
)
select format('pgvector %s: %s', i.extversion, string_agg(b.bug, '; ' order by b.fixed)) as detail,
       jsonb_build_object('name', i.extname, 'type', 'extension', 'installed_version', i.extversion,
                          'bugs', array_agg(b.bug order by b.fixed)) as metadata,
       format('pgvector_known_bug_%s', i.extversion) as cache_key,
       'extension' as kind,
       'vector' as identity,
       'version' as matched_by
from installed i
join bugs b on i.version >= b.since and i.version < b.fixed and (b.method is null or b.method in (select u.amname from used u))
group by i.extname, i.extversion
