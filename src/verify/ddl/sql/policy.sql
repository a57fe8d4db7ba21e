select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(p.polname) as identity,
       json_build_object('create',
         'create policy ' || :sql(p.polname) || ' on ' || :sql(n.nspname) || '.' || :sql(c.relname)
         || ' as ' || case when p.polpermissive then 'permissive' else 'restrictive' end
         || ' for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
         || ' to ' || (select string_agg(case when r.oid = 0 then 'public' else :sql(pg_get_userbyid(r.oid)) end, ', '
                                         order by case when r.oid = 0 then '' else pg_get_userbyid(r.oid)::text end collate "C")
                       from unnest(p.polroles) r(oid))
         || coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
         || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')) as attributes
from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
