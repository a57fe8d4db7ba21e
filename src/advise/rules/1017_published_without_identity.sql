-- title: Published table without replica identity
-- level: WARN
-- facing: EXTERNAL
-- categories: INTEGRITY
-- description: A table is in a publication of updates or deletes and has nothing that identifies its rows, so updates and deletes of it fail.
-- remediation: Add a primary key, or set the replica identity.
select format('table %s.%s is in %s, and its updates and deletes fail: %s', n.nspname, c.relname, string_agg(p.pubname, ', ' order by p.pubname),
              case c.relreplident when 'd' then 'it has no primary key' when 'n' then 'its replica identity is nothing'
                                  else 'the index of its replica identity is gone' end) as detail,
       jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table', 'publications', array_agg(p.pubname order by p.pubname)) as metadata,
       format('published_without_identity_%s_%s', n.nspname, c.relname) as cache_key,
       'table' as kind,
       :id(n.nspname) || '.' || :id(c.relname) as identity
from pg_publication p
join pg_publication_tables t on t.pubname = p.pubname
join pg_namespace n on n.nspname = t.schemaname
join pg_class c on c.relnamespace = n.oid and c.relname = t.tablename
where (p.pubupdate or p.pubdelete) and c.relkind = 'r' and :ours(n.nspname)
  and case c.relreplident
        when 'd' then not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
        when 'i' then not exists (select from pg_index i where i.indrelid = c.oid and i.indisreplident)
        when 'n' then true
        else false
      end
group by n.nspname, c.relname, c.relreplident
