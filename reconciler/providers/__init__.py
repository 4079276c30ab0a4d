"""The vendors: what each API does and how its bodies compare. No vendor knows another, a plan, or the emulator."""
