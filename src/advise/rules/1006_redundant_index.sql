-- title: Index that is the beginning of another
-- level: INFO
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: A plain index has the same first columns as a longer or unique one, which serves the same queries.
-- remediation: Drop the shorter index if its smaller size is not what matters.
with plain as (
  select i.indexrelid, i.indrelid, ic.relname as index, ic.relispartition, i.indisunique, i.indisexclusion, i.indisreplident, i.indisclustered,
         i.indnkeyatts as keys, i.indnatts as columns, i.indkey::int2[] as key, i.indclass::oid[] as class,
         i.indcollation::oid[] as collation, i.indoption::int2[] as option
  from pg_index i
  join pg_class ic on ic.oid = i.indexrelid
  join pg_am am on am.oid = ic.relam and am.amname = 'btree'
  where i.indisvalid and i.indisready and i.indpred is null
)
select format('index %s of table %s.%s is the beginning of %s', s.index, n.nspname, c.relname, string_agg(w.index, ', ' order by w.index)) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table', 'index', s.index,
                          'covered_by', array_agg(w.index order by w.index)) as metadata,
       format('redundant_index_%s_%s_%s', n.nspname, c.relname, s.index) as cache_key,
       'index' as kind,
       :id(n.nspname) || '.' || :id(s.index) as identity
from plain s
join plain w on w.indrelid = s.indrelid and w.indexrelid <> s.indexrelid and w.keys >= s.keys
  -- The same columns without more is what rule 0009 finds.
  and (w.columns > s.columns or w.indisunique)
  and w.key[0:s.keys - 1] = s.key[0:s.keys - 1] and w.class[0:s.keys - 1] = s.class[0:s.keys - 1]
  and w.collation[0:s.keys - 1] = s.collation[0:s.keys - 1] and w.option[0:s.keys - 1] = s.option[0:s.keys - 1]
join pg_class c on c.oid = s.indrelid
join pg_namespace n on n.oid = c.relnamespace
where not s.indisunique and not s.indisexclusion and not s.indisreplident and not s.indisclustered
  -- A column 0 is an expression, which is not compared; a partition's share of an index cannot be dropped alone.
  and s.columns = s.keys and 0 <> all (s.key) and not s.relispartition
  and c.relkind in ('r', 'p', 'm') and :ours(n.nspname) and not :of_extension(c)
group by n.nspname, c.relname, s.index
