-- title: Foreign key index that cannot serve
-- level: INFO
-- facing: EXTERNAL
-- categories: PERFORMANCE
-- description: The only index over a foreign key is partial, of a method without equality, or merely carries its columns along.
-- remediation: Create a whole btree index whose first columns are the columns of the foreign key.
with keys as (
  select f.oid, f.conrelid, f.conname, f.conkey, n.nspname, c.relname,
         (select array_agg(quote_ident(a.attname) || ' IS NOT NULL')
          from pg_attribute a where a.attrelid = f.conrelid and a.attnum = any(f.conkey)) as given
  from pg_constraint f
  join pg_class c on c.oid = f.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  where f.contype = 'f' and f.conparentid = 0 and :ours(n.nspname) and not :of_extension(c)
),
candidates as (
  select k.oid, ic.relname as index,
         case
           when i.indnkeyatts < cardinality(k.conkey) then 'its columns are only included'
           when am.amname not in ('btree', 'hash', 'gist', 'spgist') then 'method ' || am.amname
           -- Who looks for a value knows that it is not NULL, so that condition does no harm.
           when exists (select from regexp_split_to_table(translate(pg_get_expr(i.indpred, i.indrelid), '()', ''), ' AND ') p (part)
                        where p.part <> all (k.given))
             then 'only where ' || pg_get_expr(i.indpred, i.indrelid)
         end as reason
  from keys k
  join pg_index i on i.indrelid = k.conrelid and i.indisvalid
   and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] = k.conkey
  join pg_class ic on ic.oid = i.indexrelid
  join pg_am am on am.oid = ic.relam
)
select format('table %s.%s has a foreign key %s that no index serves: %s', k.nspname, k.relname, k.conname,
              string_agg(c.index || ' (' || c.reason || ')', ', ' order by c.index)) as detail,
       jsonb_build_object('schema', k.nspname, 'name', k.relname, 'type', 'table', 'fkey_name', k.conname,
                          'fkey_columns', k.conkey, 'indexes', array_agg(c.index order by c.index)) as metadata,
       format('foreign_key_index_unusable_%s_%s_%s', k.nspname, k.relname, k.conname) as cache_key,
       'constraint' as kind,
       :id(k.nspname) || '.' || :id(k.relname) || '.' || :id(k.conname) as identity
from keys k
join candidates c on c.oid = k.oid
group by k.oid, k.nspname, k.relname, k.conname, k.conkey
having bool_and(c.reason is not null)
