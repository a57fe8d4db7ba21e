-- Role OID 0 is PUBLIC. USING and WITH CHECK stay apart from NULL.
select :id(n.nspname) || '.' || :id(c.relname) || '.' || :id(p.polname) as identity,
       :id(n.nspname) || '.' || :id(c.relname) as parent,
       json_build_object(
         'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                    when 'd' then 'delete' else 'all' end,
         'permissive', case when p.polpermissive then 'permissive' else 'restrictive' end,
         'roles', (select string_agg(case when r.oid = 0 then 'public' else :id(pg_get_userbyid(r.oid)) end, ', '
                                     order by case when r.oid = 0 then '' else pg_get_userbyid(r.oid)::text end collate "C")
                   from unnest(p.polroles) r(oid)),
         'using', pg_get_expr(p.polqual, p.polrelid),
         'with check', pg_get_expr(p.polwithcheck, p.polrelid),
         'comment', obj_description(p.oid, 'pg_policy')) as attributes
from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any(:schemas)
