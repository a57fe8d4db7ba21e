-- name: column of another type
select name as planted,
       format('alter table %s alter %s type %s', table_sql, sql, case typname when 'numeric' then format('numeric(%s,%s)', ((atttypmod - 4) >> 16 & 65535) + 2, atttypmod - 4 & 2047)
              when 'varchar' then case when atttypmod = -1 then 'varchar(900)' else format('varchar(%s)', atttypmod - 4 + 8) end else 'varchar' end) as plant,
       format('alter table %s alter %s type %s', table_sql, sql, declared) as heal,
       array['schema | column ' || name || ' | type'] as expects, '{}'::text[] as allows
from columns where plain and bare and attislocal and not refers and not referred and not in_unique and not checked and standard is null
  and (typname in ('varchar', 'text') or (typname = 'numeric' and atttypmod <> -1))
  and not exists (select from pg_index i where i.indrelid = columns.oid and (columns.attnum = any(i.indkey::int2[]) or i.indexprs is not null or i.indpred is not null))
order by typname <> 'varchar', name
