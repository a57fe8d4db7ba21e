-- With the operators and functions of its classes, and those across types, which belong to no class.
select :id(n.nspname) || '.' || :id(o.opfname) || ' for ' || am.amname as identity,
       json_build_object(
         'operators', (select string_agg(m.amopstrategy || ' ' || m.amopopr::regoperator::text || ' ' || m.amoppurpose::text
                                           || coalesce(' by ' || (select :id(sn.nspname) || '.' || :id(s.opfname)
                                                                  from pg_opfamily s join pg_namespace sn on sn.oid = s.opfnamespace
                                                                  where s.oid = m.amopsortfamily), ''), ', '
                                         order by m.amopstrategy, m.amopopr::regoperator::text collate "C")
                       from pg_amop m where m.amopfamily = o.oid),
         'functions', (select string_agg(m.amprocnum || ' ' || m.amproc::oid::regprocedure::text || ' for '
                                           || format_type(m.amproclefttype, null) || ', ' || format_type(m.amprocrighttype, null), '; '
                                         order by m.amprocnum, m.amproc::oid::regprocedure::text collate "C",
                                                  format_type(m.amproclefttype, null) collate "C")
                       from pg_amproc m where m.amprocfamily = o.oid),
         'owner', pg_get_userbyid(o.opfowner),
         'comment', obj_description(o.oid, 'pg_opfamily')) as attributes
from pg_opfamily o join pg_namespace n on n.oid = o.opfnamespace join pg_am am on am.oid = o.opfmethod
where n.nspname = any(:schemas)
  and not exists (select 1 from pg_depend e
                  where e.classid = 'pg_opfamily'::regclass and e.objid = o.oid and e.deptype = 'e')
