-- The registry's snapshot carries the blocks, so a block moves its generation: it holds from the next request on.
CREATE TRIGGER block_moves_generation AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public.network_blocks_block
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_move_registry_generation();
