-- Operators and functions stand with the family, since those across types belong to no class; here only where the family
-- is the server's or an extension's, which nobody else lists.
select :id(n.nspname) || '.' || :id(o.opcname) || ' for ' || am.amname as identity,
       json_build_object(
         'type', format_type(o.opcintype, null), 'default', o.opcdefault::text,
         'stored as', format_type(nullif(o.opckeytype, 0), null),
         'family', (select :id(fn.nspname) || '.' || :id(f.opfname)
                    from pg_opfamily f join pg_namespace fn on fn.oid = f.opfnamespace where f.oid = o.opcfamily),
         'operators', (select string_agg(m.amopstrategy || ' ' || m.amopopr::regoperator::text || ' ' || m.amoppurpose::text, ', '
                                         order by m.amopstrategy, m.amopopr::regoperator::text collate "C")
                       from pg_amop m where m.amopfamily = o.opcfamily and not family.listed),
         'functions', (select string_agg(m.amprocnum || ' ' || m.amproc::oid::regprocedure::text || ' for '
                                           || format_type(m.amproclefttype, null) || ', ' || format_type(m.amprocrighttype, null), '; '
                                         order by m.amprocnum, m.amproc::oid::regprocedure::text collate "C", format_type(m.amproclefttype, null) collate "C")
                       from pg_amproc m where m.amprocfamily = o.opcfamily and not family.listed),
         'owner', pg_get_userbyid(o.opcowner),
         'comment', obj_description(o.oid, 'pg_opclass')) as attributes
from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace join pg_am am on am.oid = o.opcmethod
cross join lateral (select exists (select 1 from pg_opfamily f join pg_namespace fn on fn.oid = f.opfnamespace
                                   where f.oid = o.opcfamily and fn.nspname = any(:schemas)
                                     and not exists (select 1 from pg_depend e
                                                     where e.classid = 'pg_opfamily'::regclass and e.objid = f.oid
                                                       and e.deptype = 'e')) as listed) family
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_opclass'::regclass and e.objid = o.oid and e.deptype = 'e')
