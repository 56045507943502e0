-- Index numbers: taken one after another, never changed, never given up.

-- The series' row is held until the publishing transaction ends: what is rolled back leaves no gap.
CREATE OR REPLACE FUNCTION public.network_take_index_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Pages that were kept before do not show it.
    PERFORM public.network_move_page_token(schema_name) FROM public.network_tenancy_site WHERE slug = NEW.site;
    IF NEW.is_brought THEN
        INSERT INTO public.network_numbering_indexseries AS series (organisation, year, last)
        VALUES (NEW.organisation, NEW.year, NEW.serial)
        ON CONFLICT (organisation, year) DO UPDATE SET last = greatest(series.last, EXCLUDED.last);
        RETURN NEW;
    END IF;
    INSERT INTO public.network_numbering_indexseries AS series (organisation, year, last)
    VALUES (NEW.organisation, NEW.year, 1)
    ON CONFLICT (organisation, year) DO UPDATE SET last = series.last + 1
    RETURNING last INTO NEW.serial;
    NEW.number := replace(replace(replace(NEW.pattern, '{organisation}', NEW.organisation), '{year}', NEW.year::text),
        '{serial}', lpad(NEW.serial::text, greatest(5, length(NEW.serial::text)), '0'));
    NEW.issued_at := now();
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION public.network_keep_index_number() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'An index number is issued once: it is neither changed nor given up.'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'index_number_stays';
END $$;

CREATE OR REPLACE TRIGGER index_number_is_taken BEFORE INSERT ON public.network_numbering_indexnumber
    FOR EACH ROW EXECUTE FUNCTION public.network_take_index_number();
CREATE OR REPLACE TRIGGER index_number_stays BEFORE UPDATE OR DELETE ON public.network_numbering_indexnumber
    FOR EACH ROW EXECUTE FUNCTION public.network_keep_index_number();
CREATE OR REPLACE TRIGGER index_number_is_kept BEFORE TRUNCATE ON public.network_numbering_indexnumber
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_keep_index_number();
